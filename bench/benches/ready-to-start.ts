import { join } from "node:path";
import type { Scenario } from "@omoios/contract/scenario";
import { registerHandlers } from "@omoios/engine/loops/handlers";
import { admit } from "@omoios/engine/use-cases/admit";
import { taskMoved } from "@omoios/engine/use-cases/happened";
import { record } from "@omoios/engine/use-cases/record";
import type { App } from "@omoios/server/compose";
import { type Bench, type Figure, type Findings, rounded, Samples, type Table, timedRepeatedly } from "../figures.ts";
import { fileCount, GeneratedRepository } from "../generated-repository.ts";
import { execute, openApp, publishSpec, type PublishedSpec } from "../running-app.ts";
import { ScratchFolder } from "../scratch-folder.ts";
import { type Moment, moments, StartTimeline } from "../start-timeline.ts";

const taskCount = 30;
const queueStopMs = 9_000;

/** The agent says one word and crashes; with one attempt allowed, that ends the task without anything to collect. */
const scenario: Scenario = {
  version: 1,
  model: {},
  agent: [{ task: "*", attempts: [[{ say: "here" }, { fail: { exitCode: 1 } }]] }],
};

interface Way {
  readonly name: string;
  readonly slots: number;
  /** The check of each task; one that was seen on the same tree before is not run again. */
  readonly check: (task: number) => string;
}

const ways: readonly Way[] = [
  { name: "one slot, the check runs beside it", slots: 1, check: (task) => `test -f file-${String(task)}` },
  { name: "the default four slots", slots: 4, check: (task) => `test -f file-${String(task)}` },
];

/** Milliseconds from the commit that made the task ready to each moment of its attempt. */
type Starts = ReadonlyMap<Moment, Samples>;

async function makeReady(app: App, { project, tasks }: PublishedSpec, place: number): Promise<void> {
  const task = tasks[place];
  if (task === undefined) throw new RangeError(`There is no task ${String(place)}`);
  await record(app, project.id, async (tx, emit) => {
    await app.admission.lock(tx);
    emit(taskMoved(task, await app.tasks.move(tx, task, { move: "ready", patch: { readyAt: app.clock.now() } })));
    await admit(app, tx, emit);
  });
}

async function measure(way: Way, at: { readonly folder: string; readonly repository: string }): Promise<Starts> {
  const timeline = new StartTimeline();
  const home = join(at.folder, `home-${String(way.slots)}`);
  const scheduler = { slots: way.slots, slotsPerProject: way.slots, maxAttempts: 1 };
  await using plain = await openApp(home, scheduler, { checkpoints: timeline.checkpoints });
  const app = timeline.watch(plain);
  // The first attempt builds the bases and is not counted.
  const published = await publishSpec(app, { ...at, count: taskCount + 1, scenario, check: way.check });
  await registerHandlers(app);
  const starts = new Map<Moment, number[]>(moments.map((moment) => [moment, []]));
  for (let place = 0; place <= taskCount; place += 1) {
    timeline.begin();
    await makeReady(app, published, place);
    const readyAtMs = performance.now();
    await timeline.handled;
    for (const moment of place === 0 ? [] : moments) {
      const seenAtMs = timeline.seen.get(moment);
      if (seenAtMs === undefined) throw new Error(`Task ${String(place)} ended without: ${moment}`);
      starts.get(moment)?.push(seenAtMs - readyAtMs);
    }
  }
  await app.queue.stop(queueStopMs);
  return new Map([...starts].map(([moment, values]) => [moment, new Samples(values)]));
}

function samplesOf(starts: Starts, moment: Moment): Samples {
  const found = starts.get(moment);
  if (found === undefined) throw new Error(`${moment} was not measured`);
  return found;
}

/** Where the time goes: each moment, and how long after the one before it. */
function breakdown(name: string, starts: Starts): Table {
  let before = 0;
  const rows = moments.map((moment) => {
    const { median } = samplesOf(starts, moment);
    const step = median - before;
    before = median;
    return [moment, rounded(step), rounded(median), rounded(samplesOf(starts, moment).percentile(99))];
  });
  return {
    title: `From ready to working, ${name}`,
    columns: ["moment", "step ms", "since ready p50 ms", "p99 ms"],
    rows,
  };
}

function figuresOf(way: Way, starts: Starts, plainNodeMs: number): readonly Figure[] {
  const claimed = samplesOf(starts, "attempt claimed");
  const output = samplesOf(starts, "agent's first output");
  const started = samplesOf(starts, "agent session started");
  const beside = `session started p50 ${rounded(started.median)} ms; the agent's program alone, unjailed, ${rounded(plainNodeMs)} ms (${rounded(output.median / plainNodeMs)}×)`;
  return [
    { what: `ready → claimed, p50, ${way.name}`, value: claimed.median, unit: "ms" },
    { what: `ready → claimed, p99, ${way.name}`, value: claimed.percentile(99), unit: "ms", target: { atMost: 10 } },
    {
      what: `ready → agent's first output, p50, ${way.name}`,
      value: output.median,
      unit: "ms",
      target: { atMost: 200 },
      beside,
    },
    {
      what: `ready → agent's first output, p99, ${way.name}`,
      value: output.percentile(99),
      unit: "ms",
      target: { atMost: 500 },
    },
  ];
}

/** What the same Node costs with nothing around it. */
async function plainNode(): Promise<Samples> {
  return timedRepeatedly(taskCount, () => execute(process.execPath, ["-e", "console.log('here')"]));
}

async function run(log: (line: string) => void): Promise<Findings> {
  await using folder = await ScratchFolder.open();
  log(`generating a repository of ${String(fileCount)} files`);
  const { path: repository } = await GeneratedRepository.create(join(folder.path, "source"));
  const node = await plainNode();
  const measured: (readonly [Way, Starts])[] = [];
  for (const way of ways) {
    log(`${String(taskCount)} tasks one at a time, ${way.name}`);
    measured.push([way, await measure(way, { folder: folder.path, repository })]);
  }
  return {
    figures: measured.flatMap(([way, starts]) => figuresOf(way, starts, node.median)),
    tables: measured.map(([way, starts]) => breakdown(way.name, starts)),
    notes: [
      `The product's own composition on the embedded database, ${String(fileCount)} files, base hit, ${String(taskCount)} tasks, the next one made ready when the last one's handler has returned. With so few samples p99 is the worst one.`,
      "A check of the task runs in a jail of its own at the same time, as it does in every attempt, and shares the cores with what is measured.",
      "Steps are differences of medians; moments of work that runs side by side overlap.",
    ],
  };
}

export const readyToStartBench: Bench = {
  name: "ready-to-start",
  title: "from a task being ready to its agent working, step by step",
  run,
};
