import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { NewEvent } from "@omoios/contract/events";
import { openEmbeddedDatabase } from "@omoios/adapters/postgres/embedded/open-embedded-database";
import { admit } from "@omoios/engine/use-cases/admit";
import { taskMoved } from "@omoios/engine/use-cases/happened";
import { record } from "@omoios/engine/use-cases/record";
import { completeTask } from "@omoios/engine/use-cases/settle-task";
import type { App } from "@omoios/server/compose";
import {
  type Bench,
  type Figure,
  type Findings,
  rounded,
  Samples,
  type Table,
  timed,
  timedRepeatedly,
} from "../figures.ts";
import { GeneratedRepository } from "../generated-repository.ts";
import { openApp, publishSpec, type PublishedSpec } from "../running-app.ts";
import { ScratchFolder } from "../scratch-folder.ts";

const appends = 200;
const batchSize = 20;
const endings = 40;
const readyTasks = [100, 1_000] as const;
const heavyRounds = 3;
const nanosecondsPerMs = 1e6;
const queueStopMs = 9_000;
const heavyQuery = "SELECT count(*) FROM generate_series(1, 4000000) AS item (n) WHERE n % 7 = 3";

/** What a commit cannot go below on this disk: a page written and synced where the file has one already, as in the log. */
async function syncFloor(folder: string): Promise<Samples> {
  const page = Buffer.alloc(8_192);
  const file = openSync(join(folder, "floor"), "w");
  try {
    return await timedRepeatedly(appends, () => {
      writeSync(file, page, 0, page.length, 0);
      fsyncSync(file);
      return Promise.resolve();
    });
  } finally {
    closeSync(file);
  }
}

function eventsOf(specId: string, count: number): readonly NewEvent[] {
  return Array.from({ length: count }, () => ({
    type: "spec.attention_cleared",
    specId,
    taskId: null,
    attemptId: null,
    payload: { label: "SPC-1" },
  }));
}

function append(app: App, { project, spec }: PublishedSpec, count: number): Promise<void> {
  const events = eventsOf(spec.id, count);
  return app.database.transaction((tx) => app.events.append(tx, { projectId: project.id, events, at: new Date() }));
}

/** From the call that appends, and from its commit, to the event in a reader's hands. */
async function readerLatency(app: App, published: PublishedSpec) {
  const [fromCall, fromCommit]: [number[], number[]] = [[], []];
  let after = await app.events.latest();
  for (let round = 0; round < appends; round += 1) {
    const woken = Promise.withResolvers<void>();
    using _subscription = app.events.subscribe(() => woken.resolve());
    const arrived = (async () => {
      await woken.promise;
      after = (await app.events.read({ after, limit: 100 })).at(-1)?.seq ?? after;
      return performance.now();
    })();
    const calledAt = performance.now();
    await append(app, published, 1);
    const committedAt = performance.now();
    const arrivedAt = await arrived;
    fromCall.push(arrivedAt - calledAt);
    fromCommit.push(Math.max(0, arrivedAt - committedAt));
  }
  return { fromCall: new Samples(fromCall), fromCommit: new Samples(fromCommit) };
}

/** Makes every task ready and lets admission fill the one slot there is. */
async function startAll(app: App, { project, tasks }: PublishedSpec): Promise<void> {
  const readyAt = app.clock.now();
  await record(app, project.id, async (tx, emit) => {
    await app.admission.lock(tx);
    for (const task of tasks)
      emit(taskMoved(task, await app.tasks.move(tx, task, { move: "ready", patch: { readyAt } })));
    await admit(app, tx, emit);
  });
}

/** The transaction that ends an attempt: its task complete, its slot given to the next one, the job for that one sent. */
async function endOne(app: App, { project }: PublishedSpec): Promise<void> {
  const [live] = await app.attempts.inStates(["queued", "provisioning", "working", "collecting", "proving"]);
  if (live === undefined) throw new Error("Nothing was admitted");
  await record(app, project.id, async (tx, emit) => {
    await app.admission.lock(tx);
    const claimed = await app.attempts.claim(tx, { id: live.id, jobId: live.jobId ?? "", at: app.clock.now() });
    if (claimed === null) throw new Error("The attempt could not be claimed");
    const attempt = await app.attempts.move(tx, claimed, { move: "work" });
    const task = await app.tasks.get(attempt.taskId, tx);
    await completeTask(app, { tx, emit }, { attempt, task, move: "finish", reason: null });
  });
}

/** Admission when every slot is taken: what each end costs besides its own writes. */
function admitNothing(app: App, { project }: PublishedSpec): Promise<void> {
  return record(app, project.id, async (tx, emit) => {
    await app.admission.lock(tx);
    await admit(app, tx, emit);
  });
}

/** How long this process's event loop stood still, and how long another query waited, while one query kept the engine busy. */
async function heavyLoad(folder: string) {
  await using database = await openEmbeddedDatabase({ directory: join(folder, "heavy") });
  const stalls: number[] = [];
  const waits: number[] = [];
  const queries: number[] = [];
  const idle = await stallDuring(() => new Promise((resolve) => setTimeout(resolve, 500)));
  for (let round = 0; round < heavyRounds; round += 1) {
    const startedAt = performance.now();
    stalls.push(
      await stallDuring(async () => {
        const heavy = timed(() => database.jobs.executeSql(heavyQuery));
        waits.push(await timed(() => database.jobs.executeSql("SELECT 1")));
        queries.push(await heavy);
      }),
    );
    if (performance.now() - startedAt < 100) throw new Error("The heavy query was not heavy");
  }
  return { stall: new Samples(stalls), wait: new Samples(waits), query: new Samples(queries), idle };
}

async function stallDuring(action: () => Promise<unknown>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await action();
  delay.disable();
  return delay.max / nanosecondsPerMs;
}

interface AdmissionCost {
  readonly tasks: number;
  readonly idle: Samples;
  readonly ending: Samples;
}

interface Measured {
  readonly floor: Samples;
  readonly single: Samples;
  readonly batched: Samples;
  readonly latency: Awaited<ReturnType<typeof readerLatency>>;
  readonly costs: readonly AdmissionCost[];
  readonly heavy: Awaited<ReturnType<typeof heavyLoad>>;
}

interface Place {
  readonly folder: string;
  readonly repository: string;
}

/** A running app with one slot and a published spec of `count` tasks, handed to `body`. */
async function withSpec<Value>(
  { folder, repository }: Place,
  count: number,
  body: (app: App, published: PublishedSpec) => Promise<Value>,
): Promise<Value> {
  await using app = await openApp(join(folder, `home-${String(count)}`), { slots: 1, slotsPerProject: 1 });
  const scenario = { version: 1 as const, model: {}, agent: [] };
  const published = await publishSpec(app, { repository, count, scenario, check: () => "true" });
  const value = await body(app, published);
  await app.queue.stop(queueStopMs);
  return value;
}

async function run(log: (line: string) => void): Promise<Findings> {
  await using folder = await ScratchFolder.open();
  const place = {
    folder: folder.path,
    repository: (await GeneratedRepository.create(join(folder.path, "source"))).path,
  };
  log("appending events");
  const floor = await syncFloor(folder.path);
  const events = await withSpec(place, 1, async (app, published) => ({
    single: await timedRepeatedly(appends, () => append(app, published, 1)),
    batched: await timedRepeatedly(appends, () => append(app, published, batchSize)),
    latency: await readerLatency(app, published),
  }));
  const costs: AdmissionCost[] = [];
  for (const tasks of readyTasks) {
    log(`admitting and ending over ${String(tasks)} ready tasks`);
    costs.push(
      await withSpec(place, tasks, async (app, published) => {
        await startAll(app, published);
        const idle = await timedRepeatedly(endings, () => admitNothing(app, published));
        return { tasks, idle, ending: await timedRepeatedly(endings, () => endOne(app, published)) };
      }),
    );
  }
  log("one heavy query");
  const heavy = await heavyLoad(folder.path);
  return {
    figures: figuresOf({ floor, ...events, costs, heavy }),
    tables: [transactionTable({ floor, ...events, costs, heavy })],
    notes: [
      `${String(appends)} appends of each kind, ${String(endings)} ends, ${String(heavyRounds)} heavy queries. Every commit is synced to disk.`,
      "The engine runs in a thread, so a heavy query delays other queries and not the server's event loop.",
    ],
  };
}

function figuresOf({ floor, single, batched, latency, costs, heavy }: Measured): readonly Figure[] {
  const perSecond = (samples: Samples, events: number): number => (1_000 * events) / samples.median;
  const disk = rounded(floor.median);
  return [
    {
      what: "events appended one a transaction",
      value: perSecond(single, 1),
      unit: "per s",
      beside: `a synced 8 kB page takes ${disk} ms: a commit is ${rounded(single.median / floor.median)} of them`,
    },
    { what: `events appended ${String(batchSize)} a transaction`, value: perSecond(batched, batchSize), unit: "per s" },
    { what: "append called → event in a reader's hands, p50", value: latency.fromCall.median, unit: "ms" },
    { what: "append called → event in a reader's hands, p99", value: latency.fromCall.percentile(99), unit: "ms" },
    ...costs.map(({ tasks, ending, idle }): Figure => ({
      what: `an attempt's end with the next admission, ${String(tasks)} tasks ready, p50`,
      value: ending.median,
      unit: "ms",
      beside: `admission that finds no free slot ${rounded(idle.median)} ms`,
    })),
    {
      what: "longest stall of the event loop under a heavy query",
      value: heavy.stall.worst,
      unit: "ms",
      beside: `${rounded(heavy.idle)} ms when idle; the query took ${rounded(heavy.query.median)} ms, a \`SELECT 1\` behind it ${rounded(heavy.wait.median)} ms`,
    },
  ];
}

function transactionTable({ floor, single, batched, latency, costs }: Measured): Table {
  const row = (name: string, samples: Samples): readonly string[] => [
    name,
    rounded(samples.median),
    rounded(samples.percentile(99)),
  ];
  return {
    title: "Transactions of the embedded database",
    columns: ["what", "p50 ms", "p99 ms"],
    rows: [
      row("8 kB written and synced (the disk's floor)", floor),
      row("append one event", single),
      row(`append ${String(batchSize)} events`, batched),
      row("append called → read", latency.fromCall),
      row("append committed → read", latency.fromCommit),
      ...costs.flatMap(({ tasks, idle, ending }) => [
        row(`admission that finds no free slot, ${String(tasks)} ready`, idle),
        row(`attempt ends, task completes, next one admitted and sent, ${String(tasks)} ready`, ending),
      ]),
    ],
  };
}

export const databaseBench: Bench = {
  name: "database",
  title: "the embedded database: events, admission, and what a heavy query does to the rest",
  run,
};
