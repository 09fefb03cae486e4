import { FaultError } from "@omoios/domain/shared/fault";
import type { z } from "zod";
import { parseProblem, ProblemError } from "./problem-error.ts";

/** Where a server is and how it knows us. */
export interface Endpoint {
  readonly url: string;
  readonly token: string | null;
  /** What to do when nobody answers there, one sentence. */
  readonly fix: string;
}

export type Query = Readonly<Record<string, string | number | null | undefined>>;

export interface Post {
  readonly body?: unknown;
  readonly query?: Query;
  /** The same key again gets the first answer again instead of doing it twice. */
  readonly idempotencyKey?: string;
}

/** Every answer is parsed by its contract schema before anything else sees it. */
export class ApiClient {
  readonly endpoint: Endpoint;
  readonly #version: string;

  constructor(endpoint: Endpoint, version: string) {
    this.endpoint = endpoint;
    this.#version = version;
  }

  async get<Value>(path: string, schema: z.ZodType<Value>, query: Query = {}): Promise<Value> {
    return this.#parse(await this.#send("GET", withQuery(path, query), {}), schema, `GET ${path}`);
  }

  async post<Value>(path: string, schema: z.ZodType<Value>, post: Post = {}): Promise<Value> {
    const headers: Record<string, string> = { "content-type": "application/json" };
    if (post.idempotencyKey !== undefined) headers["idempotency-key"] = post.idempotencyKey;
    const body = JSON.stringify(post.body ?? {});
    return this.#parse(
      await this.#send("POST", withQuery(path, post.query ?? {}), { headers, body }),
      schema,
      `POST ${path}`,
    );
  }

  /** An answer that is not JSON: a diff. */
  async getText(path: string, query: Query = {}): Promise<string> {
    return (
      await this.#send("GET", withQuery(path, query), { headers: { accept: "text/plain, text/x-diff, */*" } })
    ).text();
  }

  /** An answer that goes on: the caller reads the body; aborting `signal` ends it. */
  async open(path: string, query: Query, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const response = await this.#send("GET", withQuery(path, query), {
      headers: { accept: "text/event-stream" },
      signal,
    });
    if (response.body === null) throw this.#unexpected(`GET ${path}`, new Error("The answer has no body"));
    return response.body;
  }

  /** Whether somebody answers at all. */
  async isAlive(path: string): Promise<boolean> {
    try {
      const response = await fetch(`${this.endpoint.url}${path}`, { signal: AbortSignal.timeout(5000) });
      await response.body?.cancel();
      return response.ok;
    } catch (error) {
      if (isUnreachable(error)) return false;
      throw error;
    }
  }

  async #send(
    method: string,
    path: string,
    init: { headers?: Record<string, string>; body?: string; signal?: AbortSignal },
  ): Promise<Response> {
    const authorization = this.endpoint.token === null ? {} : { authorization: `Bearer ${this.endpoint.token}` };
    let response: Response;
    try {
      response = await fetch(`${this.endpoint.url}${path}`, {
        ...init,
        method,
        headers: { ...init.headers, ...authorization },
      });
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      throw unreachable(this.endpoint, error);
    }
    if (response.ok) return response;
    const problem = parseProblem(await jsonOf(response));
    if (problem !== null) throw new ProblemError(problem);
    throw this.#unexpected(
      `${method} ${path}`,
      new Error(`The answer is ${response.status} without a problem document`),
    );
  }

  async #parse<Value>(response: Response, schema: z.ZodType<Value>, what: string): Promise<Value> {
    const parsed = schema.safeParse(await jsonOf(response));
    if (parsed.success) return parsed.data;
    throw this.#unexpected(what, parsed.error);
  }

  #unexpected(what: string, cause: Error): FaultError {
    const message = `${this.endpoint.url} gave an answer to ${what} that version ${this.#version} of this command cannot read`;
    const fix =
      "Check that an OmoiOS server of the same version listens there; after an upgrade, omoios stop and start it again";
    return new FaultError({ kind: "unavailable", message, fix, retryable: false }, { cause });
  }
}

/** The server cannot be reached; the fix comes from whoever chose the endpoint. */
export function unreachable(endpoint: Endpoint, cause: unknown): FaultError {
  return new FaultError(
    { kind: "unavailable", message: `No OmoiOS server answers at ${endpoint.url}`, fix: endpoint.fix, retryable: true },
    { cause },
  );
}

function isUnreachable(error: unknown): boolean {
  return (
    error instanceof Error &&
    ((error instanceof TypeError && error.message === "fetch failed") || error.name === "TimeoutError")
  );
}

async function jsonOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function withQuery(path: string, query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined) search.set(name, String(value));
  }
  return search.size === 0 ? path : `${path}?${search.toString()}`;
}
