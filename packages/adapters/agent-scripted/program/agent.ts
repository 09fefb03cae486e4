/**
 * The scripted agent: does the steps of a scenario in its workspace. Runs inside a jail on a bare Node, so it depends on
 * nothing but what lies beside it. The first line of standard input is the assignment, every later one a message; standard output is JSON
 * lines. After each step a cursor in HOME says how far it came, so that a new jail over the same HOME and tree goes on.
 */
import { spawn } from "node:child_process";
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { callTool, type ToolCall, type ToolPlace } from "./call-tool.ts";

type Step =
  | { readonly write: { readonly path: string; readonly content: string } }
  | { readonly replace: { readonly path: string; readonly find: string; readonly with: string } }
  | { readonly append: { readonly path: string; readonly content: string } }
  | { readonly remove: string }
  | { readonly run: string }
  | { readonly say: string }
  | { readonly wait: number }
  | { readonly hang: true }
  | { readonly fail: { readonly exitCode: number } }
  | { readonly call: ToolCall }
  /** Ends once it is asked; a call that is refused is gone on from. */
  | { readonly ask: ToolCall }
  | { readonly submit: string };

interface Assignment {
  /** Names the work; a cursor of other work in the same HOME is not followed. */
  readonly session: string;
  readonly workspace: string;
  readonly steps: readonly Step[];
  readonly tools: ToolPlace;
}

interface Cursor {
  readonly session: string;
  /** The step to do next. */
  readonly next: number;
  /**
   * True when the whole new content of the file step `next` changes is saved beside the cursor: that step is then done by
   * writing it again, which cannot append or replace twice.
   */
  readonly redo: boolean;
}

type Report =
  | { readonly type: "step"; readonly index: number }
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "output"; readonly stream: "stdout" | "stderr"; readonly text: string }
  | { readonly type: "submitted"; readonly summary: string }
  | { readonly type: "failed"; readonly message: string };

const folder = join(homedir(), ".scripted-agent");
const cursorFile = join(folder, "cursor.json");
const redoFile = join(folder, "redo");

/** How the agent ends: with this code, after the last report has been written. */
interface End {
  readonly exitCode: number;
  readonly last?: Report;
}

function report(line: Report): Promise<void> {
  return new Promise((resolve) => process.stdout.write(`${JSON.stringify(line)}\n`, () => resolve()));
}

/** Replaces a file's content and returns once it is on the disk. */
function writeThrough(path: string, content: string | Buffer): void {
  const file = openSync(path, "w");
  try {
    const bytes = Buffer.from(content);
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function saveCursor(cursor: Cursor): void {
  writeThrough(`${cursorFile}.new`, JSON.stringify(cursor));
  renameSync(`${cursorFile}.new`, cursorFile);
  syncFolder(folder);
}

function syncFolder(path: string): void {
  const handle = openSync(path, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function readCursor(session: string): Cursor {
  const fresh: Cursor = { session, next: 0, redo: false };
  const text = readIfThere(cursorFile);
  if (text === null) return fresh;
  const saved = JSON.parse(text.toString("utf8")) as Cursor;
  return saved.session === session ? saved : fresh;
}

function readIfThere(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** Absolute path of a workspace file. The jail is the wall; this only keeps a scenario from meaning another place. */
function inWorkspace(workspace: string, path: string): string {
  if (path === "" || isAbsolute(path) || path.split("/").includes("..")) {
    throw new Error(`the path ${JSON.stringify(path)} is not inside the workspace`);
  }
  return join(workspace, path);
}

/** Does steps from where the cursor stands. */
class Agent {
  readonly #assignment: Assignment;
  #cursor: Cursor;
  #onMessage: (() => void) | null = null;

  constructor(assignment: Assignment) {
    this.#assignment = assignment;
    this.#cursor = readCursor(assignment.session);
  }

  /** Wakes a hanging agent; a working one has nobody to answer and goes on. */
  message(): void {
    this.#onMessage?.();
  }

  async work(): Promise<End> {
    for (;;) {
      const step = this.#assignment.steps[this.#cursor.next];
      if (step === undefined) return { exitCode: 0 };
      // Not awaited: a hanging step must listen before anybody can know of it.
      void report({ type: "step", index: this.#cursor.next });
      const end = await this.#do(step);
      if (end !== null) return end;
      this.#save({ next: this.#cursor.next + 1, redo: false });
    }
  }

  /** Does one step; each may be repeated after a crash that came before its cursor. Null means go on. */
  async #do(step: Step): Promise<End | null> {
    if ("fail" in step) return { exitCode: step.fail.exitCode };
    if ("submit" in step) return { exitCode: 0, last: { type: "submitted", summary: step.submit } };
    if ("write" in step) this.#write(step.write.path, step.write.content);
    else if ("append" in step) {
      this.#change(step.append.path, (old) =>
        Buffer.concat([old ?? Buffer.alloc(0), Buffer.from(step.append.content)]),
      );
    } else if ("replace" in step) this.#change(step.replace.path, (old) => replaced(old, step.replace));
    else if ("remove" in step) rmSync(inWorkspace(this.#assignment.workspace, step.remove), { force: true });
    else if ("run" in step) await this.#run(step.run);
    else if ("say" in step) await report({ type: "text", text: `${step.say}\n` });
    else if ("wait" in step) await delay(step.wait);
    else if ("hang" in step) await this.#hang();
    else if ("call" in step) await this.#call(step.call);
    else if ("ask" in step) return this.#ask(step.ask);
    else throw new Error(`this agent does not know the step ${JSON.stringify(step)}`);
    return null;
  }

  #save(to: { readonly next: number; readonly redo: boolean }): void {
    this.#cursor = { session: this.#assignment.session, ...to };
    saveCursor(this.#cursor);
  }

  #write(path: string, content: string | Buffer): void {
    const target = inWorkspace(this.#assignment.workspace, path);
    mkdirSync(dirname(target), { recursive: true });
    writeThrough(target, content);
  }

  /** Changes a file depending on what it holds: the outcome is saved first, so that doing it again changes nothing. */
  #change(path: string, change: (old: Buffer | null) => Buffer): void {
    const target = inWorkspace(this.#assignment.workspace, path);
    if (!this.#cursor.redo) {
      writeThrough(redoFile, change(readIfThere(target)));
      this.#save({ next: this.#cursor.next, redo: true });
    }
    this.#write(path, readFileSync(redoFile));
  }

  /** Runs a command to its end. What it left running keeps its own output; nobody waits for that. */
  #run(command: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const child = spawn("sh", ["-c", command], {
        cwd: this.#assignment.workspace,
        stdio: ["ignore", "pipe", "pipe"],
      });
      for (const stream of ["stdout", "stderr"] as const) {
        child[stream].setEncoding("utf8").on("data", (text: string) => void report({ type: "output", stream, text }));
      }
      child.on("error", reject);
      child.on("close", () => resolve());
      // A process left in the background holds the pipes open: after the command's end they get a moment to run dry.
      child.on("exit", () => setTimeout(resolve, 200));
    });
  }

  /** Calls a tool and prints its answer; what the tool refuses is not the agent's failure. True: it was carried out. */
  async #call(call: ToolCall): Promise<boolean> {
    const { text, isDone } = await callTool(this.#assignment.tools, call);
    await report({ type: "text", text: `▸ ${call.tool}: ${text}\n` });
    return isDone;
  }

  /** Whoever asks ends, and goes on behind the question when it is started again. */
  async #ask(call: ToolCall): Promise<End | null> {
    if (!(await this.#call(call))) return null;
    this.#save({ next: this.#cursor.next + 1, redo: false });
    return { exitCode: 0 };
  }

  #hang(): Promise<void> {
    const alive = setInterval(() => undefined, 60_000);
    return new Promise<void>((resolve) => {
      this.#onMessage = resolve;
    }).finally(() => {
      this.#onMessage = null;
      clearInterval(alive);
    });
  }
}

function replaced(
  old: Buffer | null,
  step: { readonly path: string; readonly find: string; readonly with: string },
): Buffer {
  const text = old?.toString("utf8") ?? "";
  const at = text.indexOf(step.find);
  if (step.find === "" || at === -1) throw new Error(`${step.path} does not hold ${JSON.stringify(step.find)}`);
  if (text.includes(step.find, at + 1))
    throw new Error(`${step.path} holds ${JSON.stringify(step.find)} more than once`);
  return Buffer.from(text.slice(0, at) + step.with + text.slice(at + step.find.length));
}

async function main(): Promise<End> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lines = createInterface({ input: process.stdin, crlfDelay: Infinity });
  let agent: Agent | null = null;
  const start = async (line: string): Promise<End> => {
    agent = new Agent(JSON.parse(line) as Assignment);
    return await agent.work();
  };
  return new Promise<End>((resolve, reject) => {
    lines.on("line", (line) => {
      if (agent === null) start(line).then(resolve, reject);
      else agent.message();
    });
    lines.on("close", () => {
      if (agent === null) reject(new Error("standard input ended before the assignment came"));
    });
  });
}

main()
  .catch((error: unknown): End => {
    const message = error instanceof Error ? error.message : String(error);
    return { exitCode: 1, last: { type: "failed", message } };
  })
  .then(async (end) => {
    if (end.last !== undefined) await report(end.last);
    // Standard input stays open for messages and would keep the process alive.
    process.exit(end.exitCode);
  })
  .catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
