import { configSchema } from "@omoios/contract/config";
import { effortOf, unknownEffort } from "@omoios/domain/task/effort";
import { criticalPath } from "@omoios/domain/task/graph";
import type { ScoreRules } from "@omoios/domain/task/score";
import type { TaskPriority } from "@omoios/domain/task/state";
import { type Bench, type Figure, type Findings, rounded, Samples } from "../figures.ts";
import { type RunOptions, simulateRun, simulateWaves } from "../simulated-run.ts";
import { type GeneratedTask, generateGraph } from "../task-graph.ts";

const size = 1_000;
const slots = 32;
const seeds = Array.from({ length: 20 }, (_none, seed) => seed + 1);

const equalPriorities = "equal priorities, complexity half right";
const nothingKnown = "equal priorities, nothing known of durations";

const shapes = [
  { name: "uniform", window: size },
  { name: "layered", window: 200 },
  { name: "long chains", window: 60 },
] as const;

interface Way {
  readonly name: string;
  readonly run: (tasks: readonly GeneratedTask[], options: RunOptions) => number;
  readonly change: Partial<RunOptions>;
}

function waysOf(rules: ScoreRules): readonly Way[] {
  const run = simulateRun;
  const priorityOf = (task: GeneratedTask): TaskPriority => task.priority;
  const onlyChain = { ...rules, weights: { ...rules.weights, age: 0 }, starvationFloor: 0 };
  const effortUnknown = () => unknownEffort;
  return [
    { name: equalPriorities, run, change: {} },
    { name: nothingKnown, run, change: { effortOf: effortUnknown } },
    { name: "mixed priorities", run, change: { priorityOf } },
    { name: "equal, nothing but the chain counts", run, change: { rules: onlyChain } },
    { name: "the same, nothing known of durations", run, change: { rules: onlyChain, effortOf: effortUnknown } },
    { name: "every duration known beforehand", run, change: { foresight: true } },
    { name: "5 s poller", run, change: { pollMs: 5_000 } },
    { name: "waves", run: simulateWaves, change: {} },
  ];
}

/** No schedule is shorter than its longest chain, or than all work spread evenly over the slots. */
function lowerBound(tasks: readonly GeneratedTask[]): number {
  const weighted = tasks.map((task) => ({ ...task, weight: task.durationMs }));
  const work = tasks.reduce((sum, task) => sum + task.durationMs, 0);
  return Math.max(criticalPath(weighted).weight, work / slots);
}

interface Measured {
  readonly shape: string;
  readonly way: string;
  readonly ratios: Samples;
}

function measure(shape: (typeof shapes)[number], ways: readonly Way[], options: RunOptions): readonly Measured[] {
  const graphs = seeds.map((seed) => generateGraph(size, shape.window, seed));
  return ways.map((way) => ({
    shape: shape.name,
    way: way.name,
    ratios: new Samples(graphs.map((graph) => way.run(graph, { ...options, ...way.change }) / lowerBound(graph))),
  }));
}

function figuresOf(measured: readonly Measured[]): readonly Figure[] {
  const medianOf = (shape: string, way: string): number =>
    measured.find((one) => one.shape === shape && one.way === way)?.ratios.median ?? Number.NaN;
  return shapes.map(({ name }) => ({
    what: `makespan ÷ lower bound, equal priorities, ${name}, median`,
    value: medianOf(name, equalPriorities),
    unit: "×",
    target: { atMost: 1.05 },
    beside: [nothingKnown, "5 s poller", "waves", "every duration known beforehand"]
      .map((way) => `${way} ${rounded(medianOf(name, way))}×`)
      .join(", "),
  }));
}

function run(log: (line: string) => void): Promise<Findings> {
  const { score: rules } = configSchema.parse({}).scheduler;
  const options: RunOptions = {
    slots,
    rules,
    priorityOf: () => "medium",
    effortOf: (task) => effortOf(task.complexity),
    pollMs: 0,
  };
  const measured = shapes.flatMap((shape) => {
    log(`${String(seeds.length)} ${shape.name} graphs`);
    return measure(shape, waysOf(rules), options);
  });
  return Promise.resolve({
    figures: figuresOf(measured),
    tables: [
      {
        title: `Makespan ÷ lower bound over ${String(seeds.length)} graphs of each shape`,
        columns: ["shape", "way", "median", "p90", "worst"],
        rows: measured.map(({ shape, way, ratios }) => [
          shape,
          way,
          ratios.median.toFixed(3),
          ratios.percentile(90).toFixed(3),
          ratios.worst.toFixed(3),
        ]),
      },
    ],
    notes: [
      `${String(size)} tasks over ${String(slots)} slots, 0 to 3 needs each among the tasks before it (uniform), the ${String(shapes[1].window)} before it (layered) or the ${String(shapes[2].window)} before it (long chains); lognormal durations around 4 minutes, with whose logarithm the complexity a planner guessed correlates by a half. The lower bound is the larger of the critical path and all work ÷ slots; no schedule may reach it.`,
      "`chooseAdmissions`, `scoreTask`, `effortOf` and `downstreamWeights` with the configuration's defaults, on a manual clock. The load of the machine does not matter here.",
    ],
  });
}

export const makespanBench: Bench = {
  name: "makespan",
  title: "a 1,000-task plan over 32 slots against the shortest possible schedule",
  run,
};
