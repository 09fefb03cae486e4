/**
 * The first program of every jail: starts programs for the host, carries their bytes, reports what changed in the tree.
 *
 * It speaks JSON lines over descriptor 5 (`../protocol.ts` is the host's view of them), and its files import nothing but
 * Node and each other, because their folder is all of ours that is bound into the jail. Orphans are reaped by bubblewrap,
 * which is pid 1. Whatever else runs in the jail has the same uid: it can stop or kill this program, which ends the jail,
 * but not read or write its memory (its Node may be executed and not read) or speak in its place (pid 1, which could be
 * written to, does not hold descriptor 5).
 */
import { existsSync } from "node:fs";
import { Socket } from "node:net";
import { StreamPool } from "./program-streams.ts";
import { failedReport, RunningProgram, type SpawnOrder } from "./running-program.ts";
import { TreeWatcher } from "./tree-watcher.ts";

type Order =
  | SpawnOrder
  | { readonly type: "stdin"; readonly id: number; readonly text: string; readonly end: boolean }
  | { readonly type: "kill"; readonly id: number; readonly signal: "SIGTERM" | "SIGKILL" | "SIGINT" }
  | { readonly type: "ack"; readonly id: number; readonly bytes: number }
  | { readonly type: "renew" }
  | { readonly type: "watch"; readonly root: string };

const exitCodes = { hostGone: 0, deadMan: 75, broken: 70 } as const;

const deadManMs = Number(process.argv[2] ?? "90000");
const host = new Socket({ fd: 5, readable: true, writable: true });

function send(message: object): void {
  host.write(`${JSON.stringify(message)}\n`);
}

const pool = new StreamPool();
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
      void start(order);
      return;
    case "stdin":
      return programs.get(order.id)?.write(order.text, order.end);
    case "kill":
      return programs.get(order.id)?.kill(order.signal);
    case "ack":
      return programs.get(order.id)?.acknowledge(order.bytes);
    case "watch":
      void new TreeWatcher(order.root, reportChanges).start();
      return;
    case "renew":
      return;
  }
}

async function start(order: SpawnOrder): Promise<void> {
  if (!existsSync(order.cwd)) {
    const missing: NodeJS.ErrnoException = new Error(`the folder ${order.cwd} does not exist`);
    missing.code = "ENOENT";
    return send(failedReport(order.id, missing));
  }
  try {
    const streams = await pool.take();
    try {
      const ended = (): void => void programs.delete(order.id);
      programs.set(order.id, new RunningProgram(order, { tell: send, streams, ended }));
    } finally {
      streams.closeTheirs();
    }
  } catch (error) {
    send(failedReport(order.id, error as NodeJS.ErrnoException));
  }
}

function reportChanges(paths: readonly string[]): void {
  if (!host.writableNeedDrain) send({ type: "changed", paths });
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
pool.fillAhead();
