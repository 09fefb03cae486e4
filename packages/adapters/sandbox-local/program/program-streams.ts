import { spawn, type ChildProcessByStdio } from "node:child_process";
import { closeSync, constants, fstatSync, openSync } from "node:fs";
import { Socket } from "node:net";
import type { Readable, Writable } from "node:stream";
import { signalProcess } from "./signal-process.ts";

const { O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } = constants;
const pipesPerProgram = 3;
/** The first program does not wait for the pipes of others. */
const programsPerFill = { first: 1, later: 4 } as const;

/** A part of {@link pipeline}. Numbers are read from `/proc`, because `$$` is the same in all of them. */
const pipelinePart = "{ exec 7<&0; read pid rest < /proc/self/stat; echo $pid >&9; read word <&8; }";

/**
 * A pipeline whose every part but the first holds a pipe as descriptor 7, says its process number, and waits for a word on
 * the shell's own input, so as not to take what is soon written to the pipe.
 */
function pipeline(pipes: number): string {
  return `exec 8<&0 9>&1; read word${` | ${pipelinePart}`.repeat(pipes)}`;
}

/** Standard streams of one program: our ends, and the descriptors it gets. */
export interface ProgramStreams {
  readonly stdin: Socket;
  readonly stdout: Socket;
  readonly stderr: Socket;
  readonly theirs: readonly [number, number, number];
  /** Closes our copies of the program's descriptors, so that its end is the end of the pipes. */
  closeTheirs(): void;
}

/**
 * Pipes for standard streams, some of them made ahead. Node gives children sockets, which cannot be opened by a name such
 * as `/dev/stderr`, and cannot make pipes; a shell's pipeline can. Pipes with names would not do: a program that opens
 * `/dev/stdin` once its input has ended would wait for ever.
 */
export class StreamPool {
  /** Pipes, each held by one descriptor that reads and writes. */
  #spare: number[] = [];
  #filling: Promise<void> | null = null;
  #pipesToMake = pipesPerProgram * programsPerFill.first;

  async take(): Promise<ProgramStreams> {
    while (this.#spare.length < pipesPerProgram) await this.#fill();
    const [input = -1, output = -1, errors = -1] = this.#spare.splice(0, pipesPerProgram);
    if (this.#spare.length < pipesPerProgram) this.fillAhead();
    return streamsOver([input, output, errors]);
  }

  /** Makes pipes for programs to come. */
  fillAhead(): void {
    // Whoever then finds too few fills again, and is told.
    this.#fill().catch(() => undefined);
  }

  async #fill(): Promise<void> {
    this.#filling ??= this.#makePipes().finally(() => (this.#filling = null));
    await this.#filling;
  }

  async #makePipes(): Promise<void> {
    const count = this.#pipesToMake;
    const shell = spawn("/bin/sh", ["-c", pipeline(count)], {
      env: {},
      detached: true,
      stdio: ["pipe", "pipe", "ignore"],
    });
    try {
      for (const pid of await numbersOf(shell, count)) this.#spare.push(openPipe(`/proc/${pid}/fd/7`));
      this.#pipesToMake = pipesPerProgram * programsPerFill.later;
    } finally {
      if (shell.pid !== undefined) signalProcess(-shell.pid, "SIGKILL");
    }
  }
}

async function numbersOf(
  shell: ChildProcessByStdio<Writable, Readable, null>,
  count: number,
): Promise<readonly string[]> {
  let text = "";
  shell.stdout.setEncoding("utf8");
  return await new Promise((resolve, reject) => {
    shell.once("error", reject);
    shell.once("exit", () => reject(new Error("the shell that makes pipes ended early")));
    shell.stdout.on("data", (chunk: string) => {
      text += chunk;
      const lines = text.split("\n").slice(0, -1);
      if (lines.length === count) resolve(lines);
    });
  });
}

/** Opens what must be a pipe: others in the jail may have put something else in its place. */
function openPipe(path: string): number {
  const descriptor = openSync(path, O_RDWR | O_NONBLOCK);
  if (fstatSync(descriptor).isFIFO()) return descriptor;
  closeSync(descriptor);
  throw new Error(`${path} is not the pipe that was made there`);
}

/** Splits three pipes into ends. The program's block, as programs expect; ours do not. */
function streamsOver(pipes: readonly [number, number, number]): ProgramStreams {
  const [input, output, errors] = pipes;
  const theirs = [openEnd(input, O_RDONLY), openEnd(output, O_WRONLY), openEnd(errors, O_WRONLY)] as const;
  const streams = {
    stdin: new Socket({ fd: openEnd(input, O_WRONLY | O_NONBLOCK), readable: false, writable: true }),
    stdout: new Socket({ fd: openEnd(output, O_RDONLY | O_NONBLOCK), readable: true, writable: false }),
    stderr: new Socket({ fd: openEnd(errors, O_RDONLY | O_NONBLOCK), readable: true, writable: false }),
  };
  for (const pipe of pipes) closeSync(pipe);
  const closeTheirs = (): void => theirs.forEach((descriptor) => closeSync(descriptor));
  return { ...streams, theirs, closeTheirs };
}

function openEnd(pipe: number, flags: number): number {
  return openSync(`/proc/self/fd/${pipe}`, flags);
}
