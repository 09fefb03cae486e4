/**
 * The first program of every jail: starts programs for the host, carries their bytes, reports what changed in the tree.
 *
 * It speaks JSON lines over descriptor 5 (`../protocol.ts` is the host's view of them) and imports nothing but Node,
 * because it is bound into the jail as one file. Orphans are reaped by bubblewrap, which is pid 1. Whatever else runs in
 * the jail has the same uid: it can stop or kill this program, which ends the jail, but not read or write its memory (its
 * Node may be executed and not read) or speak in its place (pid 1, which could be written to, does not hold descriptor 5).
 */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readdirSync, readFileSync, watch, type FSWatcher } from "node:fs";
import { readdir } from "node:fs/promises";
import { Socket } from "node:net";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";

interface SpawnOrder {
  readonly type: "spawn";
  readonly id: number;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}
type Order =
  | SpawnOrder
  | { readonly type: "stdin"; readonly id: number; readonly text: string; readonly end: boolean }
  | { readonly type: "kill"; readonly id: number; readonly signal: "SIGTERM" | "SIGKILL" | "SIGINT" }
  | { readonly type: "ack"; readonly id: number; readonly bytes: number }
  | { readonly type: "renew" }
  | { readonly type: "watch"; readonly root: string };

/** Bytes of one program's output that may be on their way without the host having taken them. */
const windowBytes = 1024 * 1024;
/** The output of a program that has exited ends after this much silence when a background child keeps it open. */
const silenceMs = 200;
const coalesceMs = 200;
const maxPathsPerReport = 200;
const maxWatchedFolders = 8192;
const unwatched = new Set([".git", "node_modules"]);
const markName = "OMOIOS_PROGRAM";
const exitCodes = { hostGone: 0, deadMan: 75, broken: 70 } as const;

const deadManMs = Number(process.argv[2] ?? "90000");
const host = new Socket({ fd: 5, readable: true, writable: true });

function send(message: object): void {
  host.write(`${JSON.stringify(message)}\n`);
}

class RunningProgram {
  readonly #id: number;
  readonly #child: ChildProcess;
  readonly #open = new Set<"stdout" | "stderr">(["stdout", "stderr"]);
  readonly #decoders = { stdout: new StringDecoder("utf8"), stderr: new StringDecoder("utf8") };
  #unacknowledged = 0;
  #hasExited = false;
  #silence: NodeJS.Timeout | null = null;
  #reported = false;
  readonly #ended: () => void;

  constructor(order: SpawnOrder, ended: () => void) {
    this.#id = order.id;
    this.#ended = ended;
    const [file = "", ...args] = order.argv;
    const env = { ...order.env, [markName]: String(order.id) };
    this.#child = spawn(file, args, { cwd: order.cwd, env, detached: true, stdio: ["pipe", "pipe", "pipe"] });
    this.#child.once("error", (error: NodeJS.ErrnoException) => {
      if (this.#child.pid !== undefined || this.#reported) return;
      this.#reported = true;
      send({ type: "failed", id: order.id, code: error.code ?? "UNKNOWN", message: error.message.slice(0, 500) });
      ended();
    });
    this.#child.once("spawn", () => send({ type: "started", id: order.id }));
    this.#child.once("exit", (exitCode, signal) => {
      this.#hasExited = true;
      send({ type: "exit", id: order.id, exitCode, signal });
      this.#maybeFinish();
    });
    // A program may end without reading its input; that is its right, and its exit says the rest.
    this.#child.stdin?.on("error", () => this.#child.stdin?.destroy());
    this.#carry("stdout");
    this.#carry("stderr");
  }

  #carry(stream: "stdout" | "stderr"): void {
    const source = this.#child[stream];
    if (source === null) return;
    source.on("data", (chunk: Buffer) => this.#report(stream, this.#decoders[stream].write(chunk)));
    source.once("close", () => {
      this.#open.delete(stream);
      this.#maybeFinish();
    });
  }

  #report(stream: "stdout" | "stderr", text: string): void {
    if (text === "" || this.#reported) return;
    send({ type: "output", id: this.#id, stream, text });
    this.#unacknowledged += Buffer.byteLength(text);
    if (this.#unacknowledged > windowBytes) {
      this.#child.stdout?.pause();
      this.#child.stderr?.pause();
    }
    if (this.#hasExited) this.#maybeFinish();
  }

  acknowledge(bytes: number): void {
    this.#unacknowledged -= bytes;
    if (this.#unacknowledged > windowBytes / 2) return;
    this.#child.stdout?.resume();
    this.#child.stderr?.resume();
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
    send({ type: "end", id: this.#id });
    // Keeps draining what a background child still writes, so that it neither blocks nor gets a broken pipe.
    this.#child.stdout?.resume();
    this.#child.stderr?.resume();
    this.#ended();
  }

  write(text: string, end: boolean): void {
    const input = this.#child.stdin;
    if (input === null || input.destroyed || input.writableEnded) return;
    if (text !== "") input.write(text);
    if (end) input.end();
  }

  kill(signal: NodeJS.Signals): void {
    if (this.#child.pid === undefined) return;
    signalProcess(-this.#child.pid, signal);
    if (signal === "SIGKILL") killMarked(this.#id);
  }
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
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

/** Watches every folder below the root but `.git` and `node_modules`, and reports changed paths in batches. */
class TreeWatcher {
  readonly #root: string;
  readonly #watchers = new Map<string, FSWatcher>();
  #changed = new Set<string>();
  #timer: NodeJS.Timeout | null = null;

  constructor(root: string) {
    this.#root = root;
  }

  async start(): Promise<void> {
    await this.#add("", false);
  }

  async #add(folder: string, fresh: boolean): Promise<void> {
    if (this.#watchers.has(folder) || this.#watchers.size >= maxWatchedFolders) return;
    try {
      const watcher = watch(join(this.#root, folder), (_event, name) => this.#notice(folder, name));
      watcher.once("error", () => this.#remove(folder));
      this.#watchers.set(folder, watcher);
      for (const entry of await readdir(join(this.#root, folder), { withFileTypes: true })) {
        if (unwatched.has(entry.name)) continue;
        const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
        if (entry.isDirectory()) await this.#add(path, fresh);
        else if (fresh) this.#mark(path);
      }
    } catch {
      this.#remove(folder); // The folder went away again, or may not be read: there is nothing to watch.
    }
  }

  #remove(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
  }

  #notice(folder: string, name: string | null): void {
    if (name === null || unwatched.has(name)) return;
    const path = folder === "" ? name : `${folder}/${name}`;
    if (this.#watchers.has(path) && !existsSync(join(this.#root, path))) this.#remove(path);
    this.#mark(path);
  }

  #mark(path: string): void {
    this.#changed.add(path);
    if (this.#timer === null) this.#timer = setTimeout(() => void this.#report(), coalesceMs);
  }

  async #report(): Promise<void> {
    this.#timer = null;
    const paths = [...this.#changed];
    this.#changed = new Set();
    const files: string[] = [];
    for (const path of paths) {
      if (!(await this.#isFolder(path))) files.push(path);
      else await this.#add(path, true);
    }
    if (files.length > 0 && !host.writableNeedDrain)
      send({ type: "changed", paths: files.slice(0, maxPathsPerReport) });
  }

  async #isFolder(path: string): Promise<boolean> {
    try {
      await readdir(join(this.#root, path));
      return true;
    } catch {
      return false; // A file, a link to nowhere, or deleted: all of them are reported as changed paths.
    }
  }
}

const programs = new Map<number, RunningProgram>();
let deadMan = setTimeout(endByDeadMan, deadManMs);

function endByDeadMan(): void {
  process.stderr.write(`init: no word from the host for ${deadManMs} ms\n`);
  process.exit(exitCodes.deadMan);
}

function obey(order: Order): void {
  clearTimeout(deadMan);
  deadMan = setTimeout(endByDeadMan, deadManMs);
  switch (order.type) {
    case "spawn":
      return start(order);
    case "stdin":
      return programs.get(order.id)?.write(order.text, order.end);
    case "kill":
      return programs.get(order.id)?.kill(order.signal);
    case "ack":
      return programs.get(order.id)?.acknowledge(order.bytes);
    case "watch":
      void new TreeWatcher(order.root).start();
      return;
    case "renew":
      return;
  }
}

function start(order: SpawnOrder): void {
  if (!existsSync(order.cwd)) {
    send({
      type: "failed",
      id: order.id,
      code: "ENOENT",
      message: `the folder ${order.cwd} does not exist`.slice(0, 500),
    });
    return;
  }
  programs.set(order.id, new RunningProgram(order, () => programs.delete(order.id)));
}

let pending = "";
host.setEncoding("utf8");
host.on("data", (chunk: string) => {
  const lines = (pending + chunk).split("\n");
  pending = lines.pop() ?? "";
  for (const line of lines) obey(JSON.parse(line) as Order);
});
host.once("close", () => process.exit(exitCodes.hostGone));
host.once("error", () => process.exit(exitCodes.hostGone));
process.on("uncaughtException", (error) => {
  process.stderr.write(`init: ${error.stack ?? error.message}\n`);
  process.exit(exitCodes.broken);
});
send({ type: "ready" });
