import { decideDiscovery } from "@omoios/domain/discovery/decide";
import { isSameWork, type Discovery, type FoundWork } from "@omoios/domain/discovery/discovery";
import type { BudgetLine } from "../ports/budget-store.ts";
import { label } from "@omoios/domain/shared/label";
import type { Task } from "@omoios/domain/task/task";
import { about, named } from "../attempt/attempt-event.ts";
import type { AttemptParts, AttemptRun } from "../attempt/attempt-run.ts";
import { record } from "../use-cases/record.ts";
import type { Settlement } from "../use-cases/settlement.ts";
import { becomeTask } from "./become-task.ts";

/** What became of a report. */
export type Reported =
  | { readonly kind: "accepted"; readonly task: Task }
  | { readonly kind: "inbox"; readonly discovery: Discovery }
  | { readonly kind: "known"; readonly discovery: Discovery }
  /** The attempt has reported enough: this one is counted and not kept. */
  | { readonly kind: "dropped"; readonly limit: number };

/**
 * Takes what an agent came upon. Within the limits it becomes a task at once; what is beyond them waits in the inbox. The
 * same report again is counted with the first, and an attempt that reports without end is not listened to.
 */
export async function reportDiscovery(parts: AttemptParts, run: AttemptRun, work: FoundWork): Promise<Reported> {
  const spending = await spendingOf(parts, run);
  return record(parts, run.project.id, async (tx, emit) => {
    const settlement = { tx, emit };
    // Taken first, as everywhere: a discovery may start a task.
    await parts.admission.lock(tx);
    const attempt = await parts.attempts.fence(tx, run.holder);
    const known = await parts.discoveries.ofSpec(run.spec.id, tx);
    const same = known.find((one) => isSameWork(one, work));
    if (same !== undefined) {
      const counted = await parts.discoveries.patch(tx, same, { reports: same.reports + 1 });
      return { kind: "known", discovery: counted };
    }
    const limits = run.config.discovery;
    if (known.filter((one) => one.attemptId === attempt.id).length >= limits.perAttempt) {
      const droppedDiscoveries = attempt.droppedDiscoveries + 1;
      await parts.attempts.patch(tx, attempt, { droppedDiscoveries });
      if (droppedDiscoveries === 1)
        emit({ type: "discovery.dropped", ...about(run), payload: { ...named(run), limit: limits.perAttempt } });
      return { kind: "dropped", limit: limits.perAttempt };
    }
    const tasks = await parts.tasks.ofSpec(run.spec.id, tx);
    const became = new Set(known.map((one) => one.becameTaskId));
    const depth = (known.find((one) => one.becameTaskId === run.task.id)?.depth ?? 0) + 1;
    const decision = decideDiscovery(
      {
        work,
        depth,
        planned: tasks.filter((task) => task.kind === "work" && !became.has(task.id)).length,
        accepted: known.filter((one) => one.state === "accepted" && one.decidedBy === "policy").length,
        budgetUsed: shareOf(spending, became),
      },
      limits,
    );
    const discovery = await keep(parts, run, { settlement, work, depth, decision });
    if (decision.kind === "inbox") return { kind: "inbox", discovery };
    const task = await becomeTask(parts, settlement, { discovery, by: "policy" });
    return { kind: "accepted", task };
  });
}

async function keep(
  parts: AttemptParts,
  run: AttemptRun,
  of: {
    readonly settlement: Settlement;
    readonly work: FoundWork;
    readonly depth: number;
    readonly decision: ReturnType<typeof decideDiscovery>;
  },
): Promise<Discovery> {
  const { tx, emit } = of.settlement;
  const discovery: Discovery = {
    ...of.work,
    id: parts.identities.uuid(),
    projectId: run.project.id,
    specId: run.spec.id,
    number: await parts.projects.nextNumber(tx, run.project.id, "discovery"),
    taskId: run.task.id,
    attemptId: run.attempt.id,
    depth: of.depth,
    state: "inbox",
    version: 1,
    reason: of.decision.kind === "inbox" ? of.decision.reason : null,
    decidedBy: null,
    becameTaskId: null,
    digest: null,
    reports: 1,
    reportedAt: parts.clock.now(),
    decidedAt: null,
  };
  await parts.discoveries.add(tx, discovery);
  const { title, reason } = discovery;
  const payload = { label: label("DSC", discovery.number), task: label("TSK", run.task.number), title, reason };
  emit({ type: "discovery.reported", ...about(run), payload });
  return discovery;
}

interface Spending {
  readonly spec: readonly BudgetLine[];
  readonly tasks: readonly BudgetLine[];
}

/** Read before the transaction: what is being spent right now may be booked a moment later anyhow. */
async function spendingOf(parts: AttemptParts, run: AttemptRun): Promise<Spending> {
  const known = (await parts.discoveries.ofSpec(run.spec.id)).flatMap(({ becameTaskId }) => becameTaskId ?? []);
  const [spec, tasks] = await Promise.all([
    parts.budgets.linesOf([{ kind: "spec", of: run.spec.id }]),
    parts.budgets.linesOf(known.map((of) => ({ kind: "task" as const, of }))),
  ]);
  return { spec, tasks };
}

/** The largest part of any cap of the spec that these tasks have used or hold. */
function shareOf({ spec, tasks }: Spending, discovered: ReadonlySet<string | null>): number {
  const shares = spec.flatMap(({ unit, cap }) => {
    if (cap === null || cap === 0) return [];
    const own = tasks.filter((line) => line.unit === unit && discovered.has(line.of));
    return [own.reduce((sum, line) => sum + line.settled + line.reserved, 0) / cap];
  });
  return Math.max(0, ...shares);
}
