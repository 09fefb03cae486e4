import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { FaultError } from "@omoios/domain/shared/fault";
import type { Program, ProgramExit, ProgramRequest } from "@omoios/engine/ports/sandbox";

interface Chunk {
  readonly stream: "stdout" | "stderr";
  readonly text: string;
}

/** Output that nobody takes stops the program by its full pipe. */
const mostHeldLength = 1_000_000;

/** A program of this machine, in a process group of its own. */
export class HostProgram implements Program {
  readonly exited: Promise<ProgramExit>;
  /** Resolves when it has ended and everything it said is here. */
  readonly ended: Promise<unknown>;
  readonly #child: ChildProcess;
  #queue: Chunk[] = [];
  #heldLength = 0;
  #isOver = false;
  #wake: () => void = () => undefined;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.exited = once(child, "exit").then(([exitCode, signal]) => ({
      exitCode: exitCode as number | null,
      signal: signal as string | null,
    }));
    this.ended = once(child, "close").then(() => {
      this.#isOver = true;
      this.#wake();
    });
    for (const stream of ["stdout", "stderr"] as const)
      child[stream]?.setEncoding("utf8").on("data", (text: string) => this.#take({ stream, text }));
    // It may end without reading its input; its exit says the rest.
    child.stdin?.on("error", () => child.stdin?.destroy());
  }

  /** Resolves once it runs. */
  static async start(request: {
    readonly argv: readonly string[];
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
  }): Promise<HostProgram> {
    const [file = "", ...args] = request.argv;
    const child = spawn(file, args, { cwd: request.cwd, env: request.env, detached: true, stdio: "pipe" });
    try {
      await once(child, "spawn");
    } catch (cause) {
      const message = `${file} could not be started: ${cause instanceof Error ? cause.message : String(cause)}`;
      throw new FaultError({ kind: "unavailable", message, retryable: false }, { cause });
    }
    return new HostProgram(child);
  }

  /** Gives it its input and lets the signal of the request end it. */
  feed({ stdin, keepStdinOpen, signal }: Pick<ProgramRequest, "stdin" | "keepStdinOpen" | "signal">): void {
    if (stdin !== undefined) this.write(stdin);
    if (keepStdinOpen !== true) this.end();
    const abort = (): void => this.kill("SIGKILL");
    signal?.addEventListener("abort", abort, { once: true });
    void this.ended.then(() => signal?.removeEventListener("abort", abort));
    if (signal?.aborted === true) abort();
  }

  get output(): AsyncIterable<Chunk> {
    return { [Symbol.asyncIterator]: () => ({ next: async () => this.#next() }) };
  }

  write(text: string): void {
    this.#child.stdin?.write(text);
  }

  end(): void {
    this.#child.stdin?.end();
  }

  kill(signal: "SIGTERM" | "SIGKILL" | "SIGINT"): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
    }
  }

  #take(chunk: Chunk): void {
    this.#queue.push(chunk);
    this.#heldLength += chunk.text.length;
    if (this.#heldLength > mostHeldLength) this.#flow("pause");
    this.#wake();
  }

  #flow(how: "pause" | "resume"): void {
    this.#child.stdout?.[how]();
    this.#child.stderr?.[how]();
  }

  async #next(): Promise<IteratorResult<Chunk, undefined>> {
    for (;;) {
      const chunk = this.#queue.shift();
      if (chunk !== undefined) {
        this.#heldLength -= chunk.text.length;
        if (this.#heldLength <= mostHeldLength) this.#flow("resume");
        return { done: false, value: chunk };
      }
      if (this.#isOver) return { done: true, value: undefined };
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
