import type { StoredEvent } from "@omoios/contract/events";
import { conflictPaths, type Conflict } from "@omoios/domain/landing/conflict";
import { label } from "@omoios/domain/shared/label";
import type { PullRequestFacts } from "@omoios/domain/spec/pull-request-facts";
import type { Spec } from "@omoios/domain/spec/spec";
import { waitedForPeople, type NeedTurn } from "@omoios/domain/spec/waited-for-people";
import type { Task } from "@omoios/domain/task/task";
import type { Attempt } from "@omoios/domain/attempt/attempt";
import type { DiscoveryStore } from "../ports/discovery-store.ts";
import type { EventLog } from "../ports/event-log.ts";
import type { MessageStore } from "../ports/message-store.ts";
import type { PlanStore } from "../ports/plan-store.ts";
import type { Hub } from "../ports/repository.ts";
import type { Interventions } from "../ports/run-records.ts";
import { decisionFacts } from "./decision-facts.ts";

export interface WayParts {
  readonly plans: PlanStore;
  readonly interventions: Interventions;
  readonly discoveries: DiscoveryStore;
  readonly events: EventLog;
  readonly messages: MessageStore;
}

/** What was done for a spec. */
export interface Work {
  readonly hub: Hub;
  readonly tasks: readonly Task[];
  readonly attempts: readonly Attempt[];
  readonly conflicts: readonly Conflict[];
}

type Way = Pick<
  PullRequestFacts,
  "discovered" | "findings" | "interventions" | "conflicts" | "baseMerges" | "decisions" | "waitedMs"
>;

/** How a spec came to its branch: what came up, what stood in the way, who decided. */
export async function wayOf(parts: WayParts, spec: Spec, work: Work): Promise<Way> {
  const { findings, turns } = await readEvents(parts, spec, work);
  return {
    discovered: await discoveryFacts(parts, spec, work.tasks),
    findings,
    interventions: await interventionFacts(parts, spec, work),
    conflicts: conflictFacts(work),
    baseMerges: await baseMergeFacts(spec, work),
    decisions: await decisionFacts(parts, spec, work.tasks),
    waitedMs: waitedForPeople(turns),
  };
}

async function readEvents(
  parts: WayParts,
  spec: Spec,
  work: Work,
): Promise<{ readonly findings: Way["findings"]; readonly turns: readonly NeedTurn[] }> {
  const landed = new Set(work.attempts.filter((one) => one.state === "landed").map((one) => one.id));
  const findings: Way["findings"][number][] = [];
  const turns: NeedTurn[] = [];
  for (let after = 0; ;) {
    const page = await parts.events.read({ after, limit: 500, specId: spec.id });
    const last = page.at(-1);
    if (last === undefined) return { findings, turns };
    after = last.seq;
    for (const event of page) {
      findings.push(...findingsOf(event, landed));
      turns.push(...needTurns(event));
    }
  }
}

/** What the diff policy remarked about a change that landed. */
function findingsOf(event: StoredEvent, landed: ReadonlySet<string>): Way["findings"] {
  if (event.type !== "diff.judged" || event.attemptId === null || !landed.has(event.attemptId)) return [];
  return event.payload.findings.flatMap(({ severity, rule, path, message }) =>
    severity === "refuse" ? [] : [{ severity, rule, path, message }],
  );
}

function needTurns(event: StoredEvent): readonly NeedTurn[] {
  const at = new Date(event.at);
  switch (event.type) {
    case "spec.moved":
      return [{ at, need: "approval", open: event.payload.to === "awaiting_approval" }];
    case "spec.attention_raised":
      return [{ at, need: "attention", open: true }];
    case "spec.attention_cleared":
      return [{ at, need: "attention", open: false }];
    case "questions.asked":
      return event.payload.questions.map(({ number }) => ({ at, need: `question ${number}`, open: true }));
    case "question.answered":
      return [{ at, need: `question ${event.payload.number}`, open: false }];
    case "task.moved":
      return [{ at, need: `answer ${event.payload.label}`, open: event.payload.blockedReason === "question" }];
    case "conflict.moved":
      return [{ at, need: `conflict ${event.payload.task}`, open: event.payload.to === "with_person" }];
    default:
      return [];
  }
}

async function discoveryFacts(parts: WayParts, spec: Spec, tasks: readonly Task[]): Promise<Way["discovered"]> {
  return (await parts.discoveries.ofSpec(spec.id)).map(({ number, title, becameTaskId, decidedBy, reason }) => {
    const became = tasks.find((task) => task.id === becameTaskId);
    const task = became === undefined ? null : label("TSK", became.number);
    return { label: label("DSC", number), title, task, decidedBy, reason };
  });
}

async function interventionFacts(parts: WayParts, spec: Spec, work: Work): Promise<Way["interventions"]> {
  return (await parts.interventions.ofSpec(spec.id)).map((intervention) => {
    const attempt = work.attempts.find((one) => one.id === intervention.attemptId);
    return {
      task: attempt === undefined ? "?" : labelOf(work, attempt.taskId),
      attempt: attempt?.number ?? 0,
      kind: intervention.kind,
      reason: intervention.reason,
    };
  });
}

function conflictFacts(work: Work): Way["conflicts"] {
  return work.conflicts.map((conflict) => ({
    task: labelOf(work, conflict.taskId),
    paths: conflictPaths(conflict),
    resolvedBy: conflict.state !== "resolved" ? null : conflict.personTip === null ? "agent" : "person",
  }));
}

async function baseMergeFacts(spec: Spec, { hub, tasks, attempts }: Work): Promise<Way["baseMerges"]> {
  const merges: Way["baseMerges"][number][] = [];
  let before = spec.baseCommit;
  for (const { id, number, mergeCommit } of tasks) {
    const landed = attempts.find((attempt) => attempt.taskId === id && attempt.state === "landed");
    if (mergeCommit === null || landed === undefined) continue;
    const subjects = (await hub.log(before, mergeCommit)).map(({ subject }) => subject);
    merges.push({ task: label("TSK", number), mended: landed.kind === "implementation", subjects });
    before = mergeCommit;
  }
  return merges;
}

function labelOf({ tasks }: Work, taskId: string): string {
  const task = tasks.find(({ id }) => id === taskId);
  return task === undefined ? "?" : label("TSK", task.number);
}
