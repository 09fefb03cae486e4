import { spawn, type ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import type { ProgramStreams } from "./program-streams.ts";
import { signalProcess } from "./signal-process.ts";

export interface SpawnOrder {
  readonly type: "spawn";
  readonly id: number;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Bytes of one program's output that may be on their way without the host having taken them. */
const windowBytes = 1024 * 1024;
/** The output of a program that has exited ends after this much silence when a background child keeps it open. */
const silenceMs = 200;
const markName = "OMOIOS_PROGRAM";

/** One program of the host's: its bytes, its exit and the end of its output, told as they come. */
export class RunningProgram {
  readonly #id: number;
  readonly #tell: (report: object) => void;
  readonly #streams: ProgramStreams;
  readonly #child: ChildProcess;
  readonly #open = new Set<"stdout" | "stderr">(["stdout", "stderr"]);
  readonly #decoders = { stdout: new StringDecoder("utf8"), stderr: new StringDecoder("utf8") };
  #unacknowledged = 0;
  #hasExited = false;
  #silence: NodeJS.Timeout | null = null;
  #reported = false;
  readonly #ended: () => void;

  /** `ended` is called once nothing more will be told. Throws when the arguments cannot be given to a program. */
  constructor(
    order: SpawnOrder,
    host: { readonly tell: (report: object) => void; readonly streams: ProgramStreams; readonly ended: () => void },
  ) {
    this.#id = order.id;
    this.#tell = host.tell;
    this.#streams = host.streams;
    this.#ended = host.ended;
    const [file = "", ...args] = order.argv;
    const env = { ...order.env, [markName]: String(order.id) };
    this.#child = spawn(file, args, { cwd: order.cwd, env, detached: true, stdio: [...host.streams.theirs] });
    this.#child.once("error", (error: NodeJS.ErrnoException) => {
      if (this.#child.pid !== undefined || this.#reported) return;
      this.#reported = true;
      this.#tell(failedReport(order.id, error));
      this.#ended();
    });
    this.#child.once("spawn", () => this.#tell({ type: "started", id: order.id }));
    this.#child.once("exit", (exitCode, signal) => {
      this.#hasExited = true;
      this.#streams.stdin.destroy();
      this.#tell({ type: "exit", id: order.id, exitCode, signal });
      this.#maybeFinish();
    });
    // A program may end without reading its input; that is its right, and its exit says the rest.
    this.#streams.stdin.on("error", () => this.#streams.stdin.destroy());
    this.#carry("stdout");
    this.#carry("stderr");
  }

  #carry(stream: "stdout" | "stderr"): void {
    const source = this.#streams[stream];
    source.on("data", (chunk: Buffer) => this.#report(stream, this.#decoders[stream].write(chunk)));
    source.once("close", () => {
      this.#open.delete(stream);
      this.#maybeFinish();
    });
  }

  #report(stream: "stdout" | "stderr", text: string): void {
    if (text === "" || this.#reported) return;
    this.#tell({ type: "output", id: this.#id, stream, text });
    this.#unacknowledged += Buffer.byteLength(text);
    if (this.#unacknowledged > windowBytes) {
      this.#streams.stdout.pause();
      this.#streams.stderr.pause();
    }
    if (this.#hasExited) this.#maybeFinish();
  }

  acknowledge(bytes: number): void {
    this.#unacknowledged -= bytes;
    if (this.#unacknowledged > windowBytes / 2) return;
    this.#streams.stdout.resume();
    this.#streams.stderr.resume();
    this.#maybeFinish();
  }

  /** Ends the output once both streams are closed, or once a stream somebody else holds open has fallen silent. */
  #maybeFinish(): void {
    if (!this.#hasExited || this.#reported) return;
    if (this.#silence !== null) clearTimeout(this.#silence);
    if (this.#open.size === 0) return this.#finish();
    if (this.#unacknowledged <= windowBytes) this.#silence = setTimeout(() => this.#finish(), silenceMs);
  }

  #finish(): void {
    for (const stream of ["stdout", "stderr"] as const) this.#report(stream, this.#decoders[stream].end());
    if (this.#silence !== null) clearTimeout(this.#silence);
    this.#reported = true;
    this.#tell({ type: "end", id: this.#id });
    // Keeps draining what a background child still writes, so that it neither blocks nor gets a broken pipe.
    this.#streams.stdout.resume();
    this.#streams.stderr.resume();
    this.#ended();
  }

  write(text: string, end: boolean): void {
    const input = this.#streams.stdin;
    if (input.destroyed || input.writableEnded) return;
    if (text !== "") input.write(text);
    if (end) input.end(() => input.destroy());
  }

  kill(signal: NodeJS.Signals): void {
    if (this.#child.pid === undefined) return;
    signalProcess(-this.#child.pid, signal);
    if (signal === "SIGKILL") killMarked(this.#id);
  }
}

/** What the host is told of a program that could not be started. */
export function failedReport(id: number, error: NodeJS.ErrnoException): object {
  return { type: "failed", id, code: error.code ?? "UNKNOWN", message: error.message.slice(0, 500) };
}

/** Kills what left the program's process group (`setsid`, daemons): they still carry the mark in their environment. */
function killMarked(id: number): void {
  const mark = `${markName}=${id}`;
  for (let pass = 0; pass < 5; pass += 1) {
    const found = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && environmentOf(name).includes(mark));
    if (found.length === 0) return;
    for (const name of found) signalProcess(Number(name), "SIGKILL");
  }
}

function environmentOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  } catch {
    return []; // Gone between the listing and the reading, or not ours.
  }
}
