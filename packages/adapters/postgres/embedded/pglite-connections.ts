import { Worker } from "node:worker_threads";
import { FaultError } from "@omoios/domain/shared/fault";
import { type HeldConnection, type SqlConnections, SqlError, type SqlResult } from "../sql-connection.ts";
import { FairMutex } from "./fair-mutex.ts";
import type { ThreadCall, ThreadData, ThreadError, ThreadMessage, ThreadRequest } from "./thread-protocol.ts";

type Settle = { readonly resolve: (result: SqlResult) => void; readonly reject: (reason: unknown) => void };

/** SQLSTATE of "no space left on device". */
const diskFull = "53100";
const noSpace = /No space left|ENOSPC/u;

/**
 * The one session of an embedded PostgreSQL that runs in a thread of its own. Callers get it in order of arrival. When
 * the engine breaks (a panic, a dead thread), every open and later call is refused; only a new process helps.
 */
export class PgliteConnections implements SqlConnections {
  readonly #thread: Worker;
  readonly #turns = new FairMutex();
  readonly #calls = new Map<number, Settle>();
  readonly #listeners = new Map<string, Set<(payload: string) => void>>();
  readonly #where: string;
  #nextId = 1;
  #broken: FaultError | null = null;
  #ended: Promise<number> | null = null;

  private constructor(thread: Worker, where: string) {
    this.#thread = thread;
    this.#where = where;
    thread.on("message", (message: ThreadMessage) => this.#receive(message));
    thread.on("error", (error) => this.#break("its thread died", error));
    thread.on("exit", () => this.#break("its thread has ended", undefined));
  }

  /** Starts the engine over `directory`, creating the cluster when there is none; null keeps it in memory. */
  static async open(directory: string | null): Promise<PgliteConnections> {
    const thread = new Worker(new URL("./pglite-thread.ts", import.meta.url), {
      workerData: { directory } satisfies ThreadData,
    });
    const where = directory ?? "memory";
    try {
      await ready(thread, where);
    } catch (error) {
      await thread.terminate();
      throw error;
    }
    return new PgliteConnections(thread, where);
  }

  async acquire(): Promise<HeldConnection> {
    const release = await this.#turns.acquire();
    return { run: (text, parameters) => this.#call({ call: "run", text, parameters }), release };
  }

  /** Calls `listener` with each notification of the channel until the returned function is called. */
  async listen(channel: string, listener: (payload: string) => void): Promise<() => Promise<void>> {
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners);
    listeners.add(listener);
    if (listeners.size === 1) await this.#alone({ call: "listen", channel });
    return async () => {
      if (!listeners.delete(listener) || listeners.size > 0 || this.#broken !== null) return;
      await this.#alone({ call: "unlisten", channel });
    };
  }

  /** Waits for the calls before it, shuts PostgreSQL down and ends the thread. */
  async close(): Promise<void> {
    if (this.#broken === null) await this.#alone({ call: "close" });
    this.#broken ??= new FaultError({
      kind: "unavailable",
      message: `The database in ${this.#where} is closed`,
      retryable: false,
    });
    await (this.#ended ?? this.#thread.terminate());
  }

  async #alone(call: ThreadCall): Promise<void> {
    const release = await this.#turns.acquire();
    try {
      await this.#call(call);
    } finally {
      release();
    }
  }

  async #call(call: ThreadCall): Promise<SqlResult> {
    if (this.#broken !== null) throw this.#broken;
    const id = this.#nextId++;
    this.#thread.postMessage({ id, ...call } satisfies ThreadRequest);
    const { promise, resolve, reject } = Promise.withResolvers<SqlResult>();
    this.#calls.set(id, { resolve, reject });
    return await promise;
  }

  #receive(message: ThreadMessage): void {
    if (message.kind === "notification") {
      for (const listener of this.#listeners.get(message.channel) ?? []) listener(message.payload);
      return;
    }
    if (message.kind === "panicked") this.#break("PostgreSQL gave up", new Error(message.complaints.join("\n")));
    if (message.kind !== "done" && message.kind !== "refused") return;
    const settle = this.#calls.get(message.id);
    this.#calls.delete(message.id);
    if (message.kind === "done") settle?.resolve(message);
    else {
      const error = sqlError(message.error, this.#where);
      settle?.reject(error);
      if (message.error.fatal) this.#break("its engine broke", error);
    }
  }

  /** Refuses what is open and what is to come, and ends the thread, which may be spinning. */
  #break(why: string, cause: unknown): void {
    if (this.#broken !== null) return;
    const full = cause instanceof Error && noSpace.test(cause.message);
    this.#broken = new FaultError(
      {
        kind: "unavailable",
        message: `The database in ${this.#where} stopped working: ${full ? "no space is left on its disk" : why}`,
        fix: `${full ? "Free some space on that disk and start" : "Start"} OmoiOS again; nothing that was committed is lost`,
        retryable: false,
      },
      { cause },
    );
    for (const settle of this.#calls.values()) settle.reject(this.#broken);
    this.#calls.clear();
    this.#ended = this.#thread.terminate();
  }
}

function ready(thread: Worker, where: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const refuse = (cause: Error): void => reject(unopenable(where, cause));
  const receive = (message: ThreadMessage): void => {
    if (message.kind === "ready") resolve();
    else if (message.kind === "panicked") refuse(new Error(message.complaints.join("\n")));
    else if (message.kind === "unopened") refuse(new Error([message.error.message, ...message.complaints].join("\n")));
  };
  const exit = (code: number): void => refuse(new Error(`the database thread exited with ${code}`));
  thread.on("message", receive).once("error", refuse).once("exit", exit);
  return promise.finally(() => thread.off("message", receive).off("error", refuse).off("exit", exit));
}

function unopenable(where: string, cause: Error): FaultError {
  const full = noSpace.test(cause.message);
  return new FaultError(
    {
      kind: "unavailable",
      message: full
        ? `No space is left for the database in ${where}`
        : `The database in ${where} does not open: ${cause.message}`,
      fix: full
        ? "Free some space on that disk and start again"
        : `Restore a backup into ${where}, or move the directory away to start empty`,
      retryable: false,
    },
    { cause },
  );
}

function sqlError(error: ThreadError, where: string): Error {
  const report = new SqlError(error.message, error);
  if (error.code !== diskFull) return report;
  return new FaultError(
    {
      kind: "unavailable",
      message: `No space is left for the database in ${where}`,
      fix: "Free some space on that disk",
      retryable: true,
    },
    { cause: report },
  );
}
