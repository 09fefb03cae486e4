import type { Program, ProgramExit } from "@omoios/engine/ports/sandbox";
import { ProtocolBreach, type InitChannel } from "./init-channel.ts";
import { outputSlackBytes, outputWindowBytes, type InitReport } from "./protocol.ts";

interface Chunk {
  readonly stream: "stdout" | "stderr";
  readonly text: string;
}

const stdinChunkLength = 64 * 1024;

/**
 * A program of a jail, seen from the host. Output is held until it is taken and acknowledged only then, so a program
 * whose output nobody reads is stopped by its full pipe, not by our memory.
 */
export class JailedProgram implements Program {
  readonly exited: Promise<ProgramExit>;
  /** Resolves when nothing more will come of it: its output has ended, or its jail is gone. */
  readonly ended: Promise<void>;
  /** Resolves once it runs, rejects when it could not be started. */
  readonly started: Promise<void>;
  readonly #id: number;
  readonly #channel: InitChannel;
  #queue: Chunk[] = [];
  #heldBytes = 0;
  #waiting: (() => void)[] = [];
  #state: "starting" | "running" | "exited" | "ended" = "starting";
  #failure: Error | null = null;
  #hasReader = false;
  readonly #start: PromiseWithResolvers<void>;
  readonly #exit: PromiseWithResolvers<ProgramExit>;
  readonly #end: PromiseWithResolvers<void>;

  constructor(id: number, channel: InitChannel) {
    this.#id = id;
    this.#channel = channel;
    this.#start = Promise.withResolvers();
    this.#exit = Promise.withResolvers();
    this.#end = Promise.withResolvers();
    this.started = this.#start.promise;
    this.exited = this.#exit.promise;
    this.ended = this.#end.promise;
    // Whoever waits gets the rejection; a program nobody waits for must not end the process.
    this.started.catch(() => undefined);
    this.exited.catch(() => undefined);
  }

  get output(): AsyncIterable<Chunk> {
    this.#hasReader = true;
    return { [Symbol.asyncIterator]: () => ({ next: async () => await this.#next() }) };
  }

  /** What a kill must bring about: output nobody reads never ends, so then the exit alone. */
  get over(): Promise<unknown> {
    return this.#hasReader ? this.ended : this.exited.catch(() => undefined);
  }

  async #next(): Promise<IteratorResult<Chunk, undefined>> {
    for (;;) {
      const chunk = this.#queue.shift();
      if (chunk !== undefined) {
        this.#acknowledge(chunk);
        return { done: false, value: chunk };
      }
      if (this.#failure !== null) throw this.#failure;
      if (this.#state === "ended") return { done: true, value: undefined };
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #acknowledge(chunk: Chunk): void {
    const bytes = Buffer.byteLength(chunk.text);
    this.#heldBytes -= bytes;
    if (this.#state !== "ended") this.#channel.send({ type: "ack", id: this.#id, bytes });
  }

  write(text: string): void {
    for (let at = 0; at < text.length; at += stdinChunkLength) {
      this.#channel.send({ type: "stdin", id: this.#id, text: text.slice(at, at + stdinChunkLength), end: false });
    }
  }

  end(): void {
    this.#channel.send({ type: "stdin", id: this.#id, text: "", end: true });
  }

  kill(signal: "SIGTERM" | "SIGKILL" | "SIGINT"): void {
    if (this.#state !== "ended") this.#channel.send({ type: "kill", id: this.#id, signal });
  }

  /** Takes one report of the init about this program. */
  take(report: Extract<InitReport, { readonly id: number }>): void {
    switch (report.type) {
      case "started":
        if (this.#state !== "starting") throw new ProtocolBreach("it reported a start twice");
        this.#state = "running";
        return this.#start.resolve();
      case "output":
        return this.#hold({ stream: report.stream, text: report.text });
      case "exit":
        if (this.#state !== "running")
          throw new ProtocolBreach("it reported the exit of a program that was not running");
        this.#state = "exited";
        return this.#exit.resolve({ exitCode: report.exitCode, signal: report.signal });
      case "end":
        if (this.#state !== "exited")
          throw new ProtocolBreach("it reported the end of a program's output before its exit");
        this.#state = "ended";
        this.#end.resolve();
        return this.#wake();
      case "failed":
        return; // The session turns this into the fault that names the program.
    }
  }

  #hold(chunk: Chunk): void {
    if (this.#state !== "running" && this.#state !== "exited")
      throw new ProtocolBreach("it sent output of a program that was not running");
    this.#heldBytes += Buffer.byteLength(chunk.text);
    if (this.#heldBytes > outputWindowBytes + outputSlackBytes)
      throw new ProtocolBreach("it sent more output than it may without being asked");
    this.#queue.push(chunk);
    this.#wake();
  }

  /** Ends everything that waits on this program with an error: it could not be started, or its jail is gone. */
  fail(error: Error): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    this.#failure = error;
    this.#start.reject(error);
    this.#exit.reject(error);
    this.#end.resolve();
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
