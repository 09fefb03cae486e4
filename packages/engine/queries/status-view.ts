import type { SpecStanding, StatusView } from "@omoios/contract/http-system";
import type { Attempt } from "@omoios/domain/attempt/attempt";
import { liveAttemptStates } from "@omoios/domain/attempt/state";
import type { Spec } from "@omoios/domain/spec/spec";
import { specStatuses, unfinishedSpecStatuses, type SpecStatus } from "@omoios/domain/spec/state";
import { taskStatuses } from "@omoios/domain/task/state";
import { criterionStandings, goalOf, goalOverTime, progressView, readProof } from "./goal.ts";
import type { ReadParts } from "./read-parts.ts";
import { countOpenQuestions, needViews, workViews } from "./spec-needs.ts";
import { specSummary } from "./spec-summary.ts";

/** Statuses in which OmoiOS, or a person it waits for, still has work to do on a spec. */
const openSpecStatuses: readonly SpecStatus[] = [...unfinishedSpecStatuses, "in_review"];

type StatusParts = Pick<
  ReadParts,
  "projects" | "specs" | "plans" | "tasks" | "attempts" | "proofs" | "discoveries" | "admission" | "events"
>;

export type WorkStatus = Pick<StatusView, "slots" | "specs" | "attempts" | "inbox" | "lastEvent" | "running">;

/** The work of this installation: slots, counts, and how far every spec that is not over has come. */
export async function workStatus(parts: StatusParts, totalSlots: number): Promise<WorkStatus> {
  const [held, counts, live, inbox, lastEvent, open] = await Promise.all([
    parts.admission.held(),
    parts.specs.countByStatus(),
    parts.attempts.inStates(liveAttemptStates),
    parts.discoveries.inState("inbox"),
    parts.events.latest(),
    parts.specs.list({ statuses: openSpecStatuses, limit: 50 }),
  ]);
  const running: SpecStanding[] = [];
  for (const spec of open) {
    const own = live.filter((attempt) => attempt.specId === spec.id);
    running.push(await specStanding(parts, spec, own));
  }
  return {
    // An attempt holds a global slot and one of its project: it counts once.
    slots: { held: new Set(held.map((slot) => slot.attemptId)).size, total: totalSlots },
    specs: specStatuses.flatMap((status) => {
      const count = counts.get(status) ?? 0;
      return count === 0 ? [] : [{ status, count }];
    }),
    attempts: liveAttemptStates.flatMap((state) => {
      const count = live.filter((attempt) => attempt.state === state).length;
      return count === 0 ? [] : [{ state, count }];
    }),
    inbox: inbox.length,
    lastEvent,
    running,
  };
}

/** How far a spec has come. */
async function specStanding(
  parts: Pick<ReadParts, "projects" | "plans" | "tasks" | "proofs">,
  spec: Spec,
  live: readonly Attempt[],
): Promise<SpecStanding> {
  const [project, proof, tasks, openQuestions] = await Promise.all([
    parts.projects.get(spec.projectId),
    readProof(parts, spec.id),
    parts.tasks.ofSpec(spec.id),
    countOpenQuestions(parts, spec),
  ]);
  const progress = goalOverTime(spec, proof);
  const standings = criterionStandings(spec, proof, progress);
  return {
    spec: specSummary(spec, project),
    goal: goalOf(standings),
    tasks: taskStatuses.flatMap((status) => {
      const count = tasks.filter((task) => task.status === status).length;
      return count === 0 ? [] : [{ status, count }];
    }),
    criteria: standings.map(({ criterion, standing, met, regressed, why }) => ({
      label: criterion.label,
      text: criterion.text,
      standing,
      met,
      regressed,
      why,
    })),
    progress: progressView(progress),
    needs: needViews(spec, { tasks, openQuestions }),
    working: workViews(live, tasks),
  };
}
