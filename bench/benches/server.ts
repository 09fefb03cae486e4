import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { apiPaths } from "@omoios/contract/http";
import { type Bench, type Figure, type Findings, rounded, Samples, type Table } from "../figures.ts";
import { type ProcessMemory, readProcessTree } from "../process-memory.ts";
import { ScratchFolder } from "../scratch-folder.ts";

const warmStarts = 5;
const settleMs = 10_000;
const pollMs = 5;
const giveUpMs = 60_000;
const megabyte = 1024 ** 2;
const program = join(import.meta.dirname, "../../apps/server/all-in-one.ts");

interface Start {
  readonly answersMs: number;
  readonly readyMs: number;
}

class Server implements AsyncDisposable {
  readonly start: Start;
  readonly pid: number;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, start: Start) {
    this.#process = process;
    this.pid = process.pid ?? 0;
    this.start = start;
  }

  /** Starts the server as `omoios up` does and waits for both its signs of life. */
  static async open(home: string): Promise<Server> {
    const port = await freePort();
    const env = { ...process.env, OMOIOS_HOME: home, OMOIOS_PORT: String(port) };
    const startedAt = performance.now();
    const child = spawn(process.execPath, [program], { env, stdio: ["ignore", "pipe", "ignore"] });
    const [readyMs, answersMs] = await Promise.all([
      readyLine(child).then(() => performance.now() - startedAt),
      firstAnswer(port, startedAt),
    ]);
    return new Server(child, { readyMs, answersMs });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGTERM");
    await ended;
  }
}

async function readyLine(child: ChildProcess): Promise<void> {
  if (child.stdout === null) throw new Error("The server's output is not piped");
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.includes('"ready"')) return;
    throw new Error(`The server did not start: ${line}`);
  }
  throw new Error("The server ended before it was ready");
}

async function firstAnswer(port: number, startedAt: number): Promise<number> {
  for (;;) {
    const elapsedMs = performance.now() - startedAt;
    if (elapsedMs > giveUpMs) throw new Error(`The server did not answer within ${String(giveUpMs)} ms`);
    const answer = await fetch(`http://127.0.0.1:${String(port)}${apiPaths.live}`).catch(() => null);
    if (answer?.ok === true) return performance.now() - startedAt;
    await delay(pollMs);
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("No port was given");
  return address.port;
}

interface Measured {
  readonly first: Start;
  readonly warm: readonly Start[];
  readonly tree: readonly ProcessMemory[];
}

async function run(log: (line: string) => void): Promise<Findings> {
  await using folder = await ScratchFolder.open();
  const home = join(folder.path, "home");
  const startOnce = async (): Promise<Start> => {
    await using server = await Server.open(home);
    return server.start;
  };
  log("first start, on an empty home");
  const first = await startOnce();
  log(`${String(warmStarts)} warm starts`);
  const warm: Start[] = [];
  for (let round = 0; round < warmStarts; round += 1) warm.push(await startOnce());
  log(`idle for ${String(settleMs / 1_000)} s`);
  await using server = await Server.open(home);
  await delay(settleMs);
  const tree = await readProcessTree(server.pid);
  return {
    figures: figuresOf({ first, warm, tree }),
    tables: [memoryTable(tree)],
    notes: [
      `\`apps/server/all-in-one.ts\`, empty database; ${String(warmStarts)} warm starts. With 100 agents and over time: not measured yet.`,
    ],
  };
}

function figuresOf({ first, warm, tree }: Measured): readonly Figure[] {
  const answers = new Samples(warm.map(({ answersMs }) => answersMs / 1_000));
  const ready = new Samples(warm.map(({ readyMs }) => readyMs / 1_000));
  return [
    {
      what: "memory (PSS) of the idle server's processes",
      value: tree.reduce((sum, { pssBytes }) => sum + pssBytes, 0) / megabyte,
      unit: "MB",
      target: { atMost: 500 },
      beside: `processes: ${String(tree.length)}`,
    },
    {
      what: `warm start → ${apiPaths.live} answers, p50`,
      value: answers.median,
      unit: "s",
      target: { atMost: 1 },
      beside: `worst ${rounded(answers.worst)} s`,
    },
    {
      what: "warm start → ready, p50",
      value: ready.median,
      unit: "s",
      target: { atMost: 5 },
      beside: `worst ${rounded(ready.worst)} s`,
    },
    {
      what: "first start → ready",
      value: first.readyMs / 1_000,
      unit: "s",
      beside: `${apiPaths.live} after ${rounded(first.answersMs / 1_000)} s`,
    },
  ];
}

function memoryTable(tree: readonly ProcessMemory[]): Table {
  return {
    title: `Memory ${String(settleMs / 1_000)} s after ready`,
    columns: ["process", "PSS MB", "RSS MB"],
    rows: tree.map(({ command, pssBytes, rssBytes }) => [
      command,
      rounded(pssBytes / megabyte),
      rounded(rssBytes / megabyte),
    ]),
  };
}

export const serverBench: Bench = {
  name: "server",
  title: "start of the server on a warm home, and its memory when idle",
  run,
};
