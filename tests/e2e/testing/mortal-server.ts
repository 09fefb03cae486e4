import { join } from "node:path";
import type { StoredEvent } from "@omoios/contract/events";
import { expect } from "vitest";
import { killingEntry, ServerProcess, type ServerEnd } from "./server-process.ts";

/**
 * A server that is started again whenever it was killed: by a test, or by itself at the checkpoints that stand in the
 * file `points` of its home, one a line, the first time each is passed. `passed` collects all it passes.
 */
export class MortalServer implements AsyncDisposable {
  kills = 0;
  #server: ServerProcess | null = null;
  readonly #home: string;

  constructor(home: string) {
    this.#home = home;
  }

  async get(): Promise<ServerProcess> {
    while (this.#server === null) {
      const args = [join(this.#home, "passed"), join(this.#home, "points")];
      const started = await ServerProcess.tryStart({ home: this.#home, entry: killingEntry, args });
      if (started instanceof ServerProcess) this.#server = started;
      else this.#died(started);
    }
    return this.#server;
  }

  /** Waits for something, across every death that comes before. */
  async until(wait: (server: ServerProcess) => Promise<StoredEvent | null>): Promise<void> {
    for (;;) {
      const server = await this.get();
      if ((await wait(server)) !== null) return;
      this.#died(await server.ended, server.log);
    }
  }

  async kill(): Promise<void> {
    const server = await this.get();
    this.#died(await server.end("SIGKILL"), server.log);
  }

  #died(end: ServerEnd, log = ""): void {
    expect(end, log).toEqual({ code: null, signal: "SIGKILL" });
    this.kills += 1;
    this.#server = null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]();
  }
}
