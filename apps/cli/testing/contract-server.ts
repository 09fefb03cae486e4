import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { StoredEvent } from "@omoios/contract/events";
import { apiPaths } from "@omoios/contract/http";
import type { RunOutlook } from "@omoios/contract/http-outlook";
import type { SpecView } from "@omoios/contract/http-spec";
import type { StatusView } from "@omoios/contract/http-system";
import { problemContentType, type ProblemDocument, type ProblemKind } from "@omoios/contract/problem";
import { WebSocketServer, type WebSocket } from "ws";
import { at, specId } from "./sample-run.ts";

export const token = "test-token";

export interface ContractServerOptions {
  /** The spec as it is before and after the events were sent. */
  readonly before: SpecView;
  readonly after: SpecView;
  readonly events: readonly StoredEvent[];
  /** Cuts the live stream after these positions, once each. */
  readonly cutAfter?: readonly number[];
  /** Keeps the last events back until {@link ContractServer.release}. */
  readonly holdAfter?: number;
  /** What a run is said to work with, where it differs from a scripted one. */
  readonly outlook?: Partial<RunOutlook>;
  readonly version?: string;
  readonly port?: number;
  /** Answers whoever has the token in words this version does not know. */
  readonly isOlder?: boolean;
}

/** A real HTTP and WebSocket server that tells one story in the words of the contract. */
export class ContractServer implements AsyncDisposable {
  /** Every request, as `POST /api/v1/specs`. */
  readonly requests: string[] = [];
  /** Every `after` a live stream was asked with. */
  readonly streamStarts: number[] = [];
  readonly bodies: unknown[] = [];
  /** Called when somebody asks the server to stop. */
  onStop: () => void = () => undefined;
  readonly #options: ContractServerOptions;
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #cuts: Set<number>;
  #sent = 0;
  #held: number;
  #onSent: () => void = () => undefined;

  private constructor(options: ContractServerOptions) {
    this.#options = options;
    this.#cuts = new Set(options.cutAfter);
    this.#held = options.holdAfter ?? Number.POSITIVE_INFINITY;
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.on("upgrade", (request, socket, head) => {
      if (request.headers.authorization !== `Bearer ${token}`) {
        socket.end("HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n");
        return;
      }
      this.#sockets.handleUpgrade(request, socket, head, (open) =>
        this.#tell(open, Number(queryOf(request).get("after") ?? 0)),
      );
    });
  }

  static async open(options: ContractServerOptions): Promise<ContractServer> {
    const server = new ContractServer(options);
    server.#server.listen(options.port ?? 0, "127.0.0.1");
    await once(server.#server, "listening");
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Resolves when a live stream has sent the event at `seq`. */
  async sentUpTo(seq: number): Promise<void> {
    while (this.#sent < seq) await new Promise<void>((resolve) => (this.#onSent = resolve));
  }

  /** Sends what was held back, to streams that begin from now on. */
  release(): void {
    this.#held = Number.POSITIVE_INFINITY;
    for (const socket of this.#sockets.clients) socket.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }

  #tell(socket: WebSocket, after: number): void {
    this.streamStarts.push(after);
    for (const event of this.#options.events) {
      if (event.seq <= after || event.seq > this.#held) continue;
      socket.send(JSON.stringify({ type: "events", events: [event] }));
      this.#sent = Math.max(this.#sent, event.seq);
      this.#onSent();
      if (!this.#cuts.delete(event.seq)) continue;
      socket.close(1011);
      return;
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    this.requests.push(`${request.method ?? "GET"} ${path}`);
    const body: Buffer[] = [];
    for await (const chunk of request) body.push(chunk as Buffer);
    if (body.length > 0) this.bodies.push(JSON.parse(Buffer.concat(body).toString("utf8")));
    const known = request.headers.authorization === `Bearer ${token}` || path === apiPaths.live;
    if (!known) return send(response, problem("unauthenticated", "The token is missing or wrong", path));
    if (this.#options.isOlder === true && path !== apiPaths.live) return send(response, { status: 200, body: {} });
    const answer = this.#resource(`${request.method ?? "GET"} ${path}`, queryOf(request));
    send(response, answer ?? problem("not-found", `There is nothing at ${path}`, path));
    if (path === apiPaths.stop) response.once("finish", () => this.onStop());
  }

  #resource(route: string, query: URLSearchParams): Answer | null {
    const spec = this.#sent >= this.#options.events.length ? this.#options.after : this.#options.before;
    const told = this.#options.events.filter((event) => event.seq > Number(query.get("after") ?? 0));
    const ok = (body: unknown): Answer => ({ status: 200, body });
    switch (route) {
      case `GET ${apiPaths.live}`:
        return ok({ ok: true });
      case `GET ${apiPaths.status}`:
        return ok(this.#status());
      case `POST ${apiPaths.signInLinks}`:
        return { status: 201, body: { url: `${this.url}/sign-in?code=once`, expiresAt: "2026-01-01T00:10:00.000Z" } };
      case `GET ${apiPaths.runOutlook}`:
        return ok({ ...outlook, ...this.#options.outlook });
      case `POST ${apiPaths.specs}`:
        return { status: 201, body: { spec, leftOut: { count: 1, paths: ["notes.txt"] }, notices: [] } };
      case `GET ${apiPaths.specs}`:
        return ok({ items: [spec], next: null });
      case `GET ${apiPaths.spec(specId)}`:
      case `GET ${apiPaths.spec("SPC-1")}`:
        return ok(spec);
      case `POST ${apiPaths.specApprove(specId)}`:
        return ok(spec);
      case `GET ${apiPaths.specResult(specId)}`:
        return ok(resultOf(spec));
      case `GET ${apiPaths.events}`:
        return ok({ items: told, next: told.at(-1)?.seq ?? 0, latest: this.#sent });
      case `POST ${apiPaths.stop}`:
        return { status: 202, body: { accepted: true } };
      default:
        return null;
    }
  }

  #status(): StatusView {
    return {
      version: this.#options.version ?? "0.1.0",
      pid: process.pid,
      url: this.url,
      home: "/home/ada/.omoios",
      database: "embedded (PGlite)",
      startedAt: at(-60_000),
      uptimeMs: 60_000,
      configChanges: [],
      sandbox: { provider: "local", isolation: "full", layering: "overlay", reason: null, fix: null },
      disk: { freeBytes: 5_000_000_000, leastBytes: 1_000_000_000 },
      slots: { held: 0, total: 4 },
      specs: [],
      attempts: [],
      inbox: 0,
      lastEvent: this.#sent,
      running: [],
    };
  }
}

const scripted = { id: "scripted", key: null, usable: true } as const;
const outlook: RunOutlook = {
  repository: { path: "/home/ada/shop", branch: "main", commit: "a".repeat(40), uncommitted: 1 },
  agent: { id: "scripted", installed: true, version: null, models: [] },
  model: scripted,
  budget: { usd: null, tokens: null },
  cost: { kind: "nothing", usd: null, unpriced: [] },
  problems: [],
};

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

function resultOf(spec: SpecView): unknown {
  return {
    type: "result",
    spec: { id: spec.label, status: spec.status, phase: spec.phase },
    pullRequest:
      spec.pullRequest === null ? null : { branch: spec.branch, base: spec.base.branch, url: spec.pullRequest.url },
    criteria: spec.criteria.map(({ label, met, evidence }) => ({
      id: label,
      met,
      evidence: evidence.map(({ id }) => id),
    })),
    tasks: [],
    usage: { tokens: spec.usage.tokens, usd: spec.usage.usd },
  };
}

function problem(kind: ProblemKind, detail: string, instance: string): Answer {
  const status = kind === "unauthenticated" ? 401 : 404;
  const body: ProblemDocument = {
    type: `urn:omoios:problem:${kind}`,
    kind,
    title: kind,
    status,
    detail,
    instance,
    retryable: false,
    fixes: ["Set OMOIOS_TOKEN"],
    problems: [],
    choices: [],
  };
  return { status, body };
}

function send(response: ServerResponse, { status, body }: Answer): void {
  const type = status < 400 ? "application/json" : problemContentType;
  response.writeHead(status, { "content-type": type }).end(JSON.stringify(body));
}

function queryOf(request: IncomingMessage): URLSearchParams {
  return new URL(request.url ?? "/", "http://localhost").searchParams;
}
