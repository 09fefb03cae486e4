import { FaultError } from "@omoios/domain/shared/fault";
import type { Program } from "@omoios/engine/ports/sandbox";
import { EventEmitter } from "node:events";
import { PassThrough, Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import type { SpawnedProcess } from "./claude-sdk.ts";

/**
 * A program in a jail in the shape of a child process. The SDK asks for it at once, while starting it takes a moment:
 * what is written meanwhile waits.
 */
export class JailedProcess extends EventEmitter implements SpawnedProcess {
  readonly stdin: Writable;
  readonly stdout = new PassThrough();
  killed = false;
  exitCode: number | null = null;
  readonly #program: Promise<Program>;

  constructor(program: Promise<Program>, onStderr: (text: string) => void) {
    super();
    this.#program = program;
    const decoder = new StringDecoder("utf8");
    const carried = async (act: (running: Program) => void, done: (error?: Error) => void): Promise<void> => {
      try {
        act(await program);
        done();
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    };
    this.stdin = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        void carried((running) => running.write(decoder.write(chunk)), done);
      },
      final: (done) => {
        void carried((running) => running.end(), done);
      },
    });
    // A jail that goes while something is written is told by the exit, not by every write.
    this.stdin.on("error", () => undefined);
    void this.#follow(onStderr);
  }

  kill(signal: NodeJS.Signals): boolean {
    this.killed = true;
    // Whatever was asked for, a session survives the hard way as well, and nothing outlives it.
    void this.#kill(signal === "SIGINT" ? "SIGINT" : "SIGKILL");
    return true;
  }

  async #kill(signal: "SIGINT" | "SIGKILL"): Promise<void> {
    const [started] = await Promise.allSettled([this.#program]);
    // A program that never started has nothing to end; its failure is told already.
    if (started.status === "rejected") return;
    try {
      started.value.kill(signal);
    } catch (error) {
      // A jail that is gone has taken the program with it.
      if (error instanceof FaultError && error.fault.kind === "unavailable") return;
      this.emit("error", error instanceof Error ? error : new Error(String(error)));
    }
  }

  async #follow(onStderr: (text: string) => void): Promise<void> {
    try {
      const running = await this.#program;
      for await (const { stream, text } of running.output) {
        if (stream === "stdout") this.stdout.write(text);
        else onStderr(text);
      }
      const { exitCode, signal } = await running.exited;
      this.stdout.end();
      this.exitCode = exitCode;
      this.emit("exit", exitCode, signal);
    } catch (error) {
      this.stdout.end();
      this.emit("error", error instanceof Error ? error : new Error(String(error)));
    }
  }
}
