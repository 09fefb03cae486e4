import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { StoredEvent } from "@omoios/contract/events";
import { apiPaths } from "@omoios/contract/http";
import { specCreatedSchema, specViewSchema, type SpecSummary, type SpecView } from "@omoios/contract/http-spec";
import { eventPageSchema, statusSchema } from "@omoios/contract/http-system";
import { startReportSchema } from "@omoios/contract/start-report";
import type { Scenario } from "@omoios/contract/scenario";
import { ApiClient } from "../../../apps/cli/client/api-client.ts";
import { followEvents } from "../../../apps/cli/client/event-stream.ts";

/** The server people run. */
const productEntry = fileURLToPath(new URL("../../../apps/server/all-in-one.ts", import.meta.url));
/** The same one, which kills itself at checkpoints. */
export const killingEntry = fileURLToPath(new URL("./killing-server.ts", import.meta.url));

export interface ServerOptions {
  readonly home: string;
  readonly entry?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface ServerEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A real server: a process of its own on a port of its own, ended with the test. */
export class ServerProcess implements AsyncDisposable {
  readonly client: ApiClient;
  readonly ended: Promise<ServerEnd>;
  readonly #child: ChildProcess;
  readonly #log: string[];

  private constructor(started: {
    readonly client: ApiClient;
    readonly child: ChildProcess;
    readonly ended: Promise<ServerEnd>;
    readonly log: string[];
  }) {
    this.client = started.client;
    this.ended = started.ended;
    this.#child = started.child;
    this.#log = started.log;
  }

  /** Resolves when the server says it is ready; throws with what it said when it ends before. */
  static async start(options: ServerOptions): Promise<ServerProcess> {
    const started = await ServerProcess.tryStart(options);
    if (started instanceof ServerProcess) return started;
    throw new Error(`The server was not ready: ${JSON.stringify(started)}`);
  }

  /** Like `start`, but a server that is gone before it is ready is an answer too. */
  static async tryStart({ home, entry, args, env }: ServerOptions): Promise<ServerProcess | ServerEnd> {
    const child = spawn(process.execPath, [entry ?? productEntry, ...(args ?? [])], {
      env: { PATH: process.env["PATH"], HOME: home, LANG: "C.UTF-8", OMOIOS_HOME: home, OMOIOS_PORT: "0", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const log: string[] = [];
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => log.push(chunk));
    const ended = once(child, "close").then(([code, signal]): ServerEnd => ({
      code: code as number | null,
      signal: signal as string | null,
    }));
    const report = await Promise.race([firstLine(child), ended]);
    if (typeof report !== "string") return report;
    const parsed = startReportSchema.parse(JSON.parse(report));
    if (parsed.type !== "ready") throw new Error(`The server was refused: ${report}\n${log.join("")}`);
    const token = (await readFile(join(home, "token"), "utf8")).trim();
    const client = new ApiClient({ url: parsed.url, token, fix: "" }, "test");
    return new ServerProcess({ client, child, ended, log });
  }

  get log(): string {
    return this.#log.join("");
  }

  /** Sends a signal and waits for the end. */
  async end(signal: "SIGTERM" | "SIGKILL"): Promise<ServerEnd> {
    this.#child.kill(signal);
    return this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end("SIGKILL");
  }

  async request(repository: string, scenario: Scenario): Promise<SpecSummary> {
    const body = {
      request: "Add a greet function",
      repository,
      agent: "scripted",
      model: "scripted",
      scenario,
      yes: true,
    };
    return (await this.client.post(apiPaths.specs, specCreatedSchema, { body })).spec;
  }

  async post(body: Readonly<Record<string, unknown>>): Promise<SpecSummary> {
    return (await this.client.post(apiPaths.specs, specCreatedSchema, { body })).spec;
  }

  async spec(id: string): Promise<SpecView> {
    return this.client.get(apiPaths.spec(id), specViewSchema);
  }

  async status() {
    return this.client.get(apiPaths.status, statusSchema);
  }

  /** Every event of this installation. */
  async events(): Promise<readonly StoredEvent[]> {
    const events: StoredEvent[] = [];
    for (;;) {
      const page = await this.client.get(apiPaths.events, eventPageSchema, {
        after: events.at(-1)?.seq ?? 0,
        limit: 1000,
      });
      if (page.items.length === 0) return events;
      events.push(...page.items);
    }
  }

  /** Waits for the first event, from the beginning on, that fits; null when the server is gone first. */
  async until(fits: (event: StoredEvent) => boolean): Promise<StoredEvent | null> {
    const gone = new AbortController();
    void this.ended.then(() => gone.abort());
    const options = {
      after: 0,
      signal: gone.signal,
      patienceMs: Number.POSITIVE_INFINITY,
      onConnection: () => undefined,
    };
    for await (const event of followEvents(this.client, options)) if (fits(event)) return event;
    return null;
  }

  /** Waits until the work on a spec is over: it has its pull request, is closed, or asks for a person. */
  async untilOver(specId: string): Promise<StoredEvent> {
    const event = await this.untilOverOrGone(specId);
    if (event !== null) return event;
    throw new Error(`The server ended (${JSON.stringify(await this.ended)}):\n${this.log}`);
  }

  /** Like `untilOver`, for a server that is to be killed: null when it is gone first. */
  async untilOverOrGone(specId: string): Promise<StoredEvent | null> {
    return this.until((event) => event.specId === specId && isOver(event));
  }
}

function isOver(event: StoredEvent): boolean {
  if (event.type === "spec.moved") return event.payload.to === "closed" || event.payload.to === "in_review";
  return event.type === "spec.attention_raised";
}

async function firstLine(child: ChildProcess): Promise<string> {
  const { stdout } = child;
  if (stdout === null) throw new Error("The server was started without a pipe");
  for await (const line of createInterface({ input: stdout })) {
    stdout.resume();
    return line;
  }
  return new Promise<never>(() => undefined);
}
