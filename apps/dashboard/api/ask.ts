import type { z } from "zod";
import { ApiError, refusalOf, unreachable, unreadable } from "./api-error.ts";

export interface AskOptions {
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly signal?: AbortSignal;
}

/** Reads from the server, checked against the contract. */
export async function ask<Answer>(path: string, schema: z.ZodType<Answer>, options: AskOptions = {}): Promise<Answer> {
  const answer = await exchange(withQuery(path, options.query), { signal: options.signal ?? null });
  return read(answer, path, schema);
}

/** Reads what is no JSON, such as a diff. */
export async function askText(path: string, options: AskOptions = {}): Promise<string> {
  return (await exchange(withQuery(path, options.query), { signal: options.signal ?? null })).text();
}

/** Makes the server do something; with an idempotency key, sending it again does it once. */
export async function tell<Answer>(
  path: string,
  schema: z.ZodType<Answer>,
  options: AskOptions & { readonly body?: unknown; readonly idempotencyKey?: string } = {},
): Promise<Answer> {
  return read(await post(path, options), path, schema);
}

/** Like {@link tell}, where there is nothing to answer. */
export async function post(
  path: string,
  options: AskOptions & { readonly body?: unknown; readonly idempotencyKey?: string } = {},
): Promise<Response> {
  const { body, idempotencyKey } = options;
  return exchange(withQuery(path, options.query), {
    method: "POST",
    body: JSON.stringify(body ?? {}),
    headers: {
      "content-type": "application/json",
      ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
    },
  });
}

async function exchange(address: string, request: RequestInit): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(address, request);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw unreachable(error);
  }
  if (answer.ok) return answer;
  throw await refusalOf(answer);
}

async function read<Answer>(answer: Response, path: string, schema: z.ZodType<Answer>): Promise<Answer> {
  try {
    return schema.parse(await answer.json());
  } catch (error) {
    if (error instanceof ApiError || error instanceof DOMException) throw error;
    throw unreadable(path, error);
  }
}

function withQuery(path: string, query: AskOptions["query"]): string {
  const given = Object.entries(query ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`;
}
