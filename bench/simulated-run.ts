import { chooseAdmissions } from "@omoios/domain/task/admit";
import { downstreamWeights } from "@omoios/domain/task/graph";
import { scoreTask, type ScoreRules } from "@omoios/domain/task/score";
import type { TaskPriority } from "@omoios/domain/task/state";
import type { GeneratedTask } from "./task-graph.ts";

const projectId = "project";

export interface RunOptions {
  readonly slots: number;
  readonly rules: ScoreRules;
  readonly priorityOf: (task: GeneratedTask) => TaskPriority;
  readonly effortOf: (task: GeneratedTask) => number;
  /** Admission happens only at multiples of this time, as it would by polling; 0 is at every change. */
  readonly pollMs: number;
  /** Ranks by how long the chain behind a task will really take: what nobody knows beforehand. Default: `scoreTask`. */
  readonly foresight?: true;
}

/** The plan run by the product's own admission on a manual clock; returns how long it took. */
export function simulateRun(tasks: readonly GeneratedTask[], options: RunOptions): number {
  return new SimulatedRun(tasks, options).finish();
}

/** The plan run in waves: each is what the waves before it allow, and ends with its last task. */
export function simulateWaves(tasks: readonly GeneratedTask[], options: RunOptions): number {
  const done = new Set<string>();
  let elapsedMs = 0;
  for (let left = tasks; left.length > 0; left = left.filter((task) => !done.has(task.id))) {
    const wave = left.filter((task) => task.needs.every((need) => done.has(need)));
    elapsedMs += simulateRun(
      wave.map((task) => ({ ...task, needs: [] })),
      options,
    );
    for (const task of wave) done.add(task.id);
  }
  return elapsedMs;
}

class SimulatedRun {
  readonly #options: RunOptions;
  readonly #tasks: ReadonlyMap<string, GeneratedTask>;
  readonly #dependents: ReadonlyMap<string, readonly GeneratedTask[]>;
  readonly #downstream: ReadonlyMap<string, number>;
  readonly #chainMs: ReadonlyMap<string, number>;
  readonly #unmet: Map<string, number>;
  readonly #readyAtMs = new Map<string, number>();
  readonly #endsAtMs = new Map<string, number>();
  /** Tasks that have not ended. */
  readonly #left: Set<string>;
  #nowMs = 0;

  constructor(tasks: readonly GeneratedTask[], options: RunOptions) {
    this.#options = options;
    this.#tasks = new Map(tasks.map((task) => [task.id, task]));
    this.#left = new Set(this.#tasks.keys());
    this.#dependents = dependentsOf(tasks);
    this.#downstream = downstreamWeights(tasks.map((task) => ({ ...task, weight: options.effortOf(task) })));
    this.#chainMs = chainsInMs(tasks, this.#dependents);
    this.#unmet = new Map(tasks.map((task) => [task.id, task.needs.length]));
    for (const task of tasks) if (task.needs.length === 0) this.#readyAtMs.set(task.id, 0);
  }

  finish(): number {
    this.#admit();
    while (this.#endsAtMs.size > 0 || this.#readyAtMs.size > 0) {
      this.#advance();
      this.#admit();
    }
    return this.#nowMs;
  }

  /** To the next end of a task, or on to the next poll after it. */
  #advance(): void {
    const { pollMs } = this.#options;
    const nextEndMs = Math.min(...this.#endsAtMs.values());
    this.#nowMs = pollMs === 0 ? nextEndMs : Math.ceil(nextEndMs / pollMs) * pollMs;
    for (const [id, endsAtMs] of this.#endsAtMs) {
      if (endsAtMs > this.#nowMs) continue;
      this.#endsAtMs.delete(id);
      this.#left.delete(id);
      for (const dependent of this.#dependents.get(id) ?? []) this.#meet(dependent.id, endsAtMs);
    }
    // Nobody waits for a poll once everything is done.
    if (this.#endsAtMs.size === 0 && this.#readyAtMs.size === 0) this.#nowMs = nextEndMs;
  }

  #meet(id: string, atMs: number): void {
    const unmet = (this.#unmet.get(id) ?? 0) - 1;
    this.#unmet.set(id, unmet);
    if (unmet === 0) this.#readyAtMs.set(id, atMs);
  }

  #admit(): void {
    const free = this.#options.slots - this.#endsAtMs.size;
    const longest = Math.max(0, ...[...this.#left].map((id) => this.#downstream.get(id) ?? 1));
    const ready = [...this.#readyAtMs].flatMap(([id, readyAtMs]) => {
      const task = this.#tasks.get(id);
      if (task === undefined) return [];
      const readyAt = new Date(readyAtMs);
      return [{ taskId: id, projectId, score: this.#score(task, readyAt, longest), readyAt, number: task.number }];
    });
    for (const id of chooseAdmissions({ ready, free: { global: free, byProject: new Map([[projectId, free]]) } })) {
      this.#readyAtMs.delete(id);
      this.#endsAtMs.set(id, this.#nowMs + (this.#tasks.get(id)?.durationMs ?? 0));
    }
  }

  #score(task: GeneratedTask, readyAt: Date, longestDownstream: number): number {
    const { rules, priorityOf, foresight } = this.#options;
    if (foresight === true) return this.#chainMs.get(task.id) ?? 0;
    const downstream = this.#downstream.get(task.id) ?? 1;
    const chain = { downstream, longestDownstream };
    const input = { priority: priorityOf(task), readyAt, deadlineAt: null, ...chain, attempts: 0, maxAttempts: 3 };
    return scoreTask(input, rules, new Date(this.#nowMs)).score;
  }
}

/** How long each task and the longest chain that waits for it take. Needs always come before in the list. */
function chainsInMs(
  tasks: readonly GeneratedTask[],
  dependents: ReadonlyMap<string, readonly GeneratedTask[]>,
): ReadonlyMap<string, number> {
  const chains = new Map<string, number>();
  for (const task of [...tasks].reverse()) {
    const behind = (dependents.get(task.id) ?? []).map((dependent) => chains.get(dependent.id) ?? 0);
    chains.set(task.id, task.durationMs + Math.max(0, ...behind));
  }
  return chains;
}

function dependentsOf(tasks: readonly GeneratedTask[]): ReadonlyMap<string, readonly GeneratedTask[]> {
  const dependents = new Map<string, GeneratedTask[]>();
  for (const task of tasks) {
    for (const need of task.needs) dependents.set(need, [...(dependents.get(need) ?? []), task]);
  }
  return dependents;
}
