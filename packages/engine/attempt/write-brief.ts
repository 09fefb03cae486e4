import type { Attempt } from "@omoios/domain/attempt/attempt";
import { isSystemFailure } from "@omoios/domain/attempt/next";
import type { AttemptKind } from "@omoios/domain/attempt/state";
import type { Conflict } from "@omoios/domain/landing/conflict";
import { label } from "@omoios/domain/shared/label";
import { visibleLines } from "@omoios/domain/shared/plain-text";
import { z } from "zod";
import { standingOutputs } from "../planning/read-plan.ts";
import { brief, type BriefContents, type EarlierTask } from "../prompts/brief.ts";
import { repositoryInstructions } from "../prompts/repository-overview.ts";
import { resolveBrief } from "../prompts/resolve.ts";
import { conflictSides } from "../queries/conflict-sides.ts";
import type { AttemptParts, AttemptRun } from "./attempt-run.ts";
import { conflictItems } from "./propose.ts";
import type { StartPoint } from "./start-point.ts";
import { step } from "./step.ts";

const maxClaim = 1200;
const maxChangedBytes = 40_000;
const maxEarlierFiles = 40;

/** Writes what the agent is told and keeps it as it was sent. */
export async function writeBrief(parts: AttemptParts, run: AttemptRun, start: StartPoint): Promise<string> {
  const { text } = await step(parts, run, {
    name: "brief",
    output: z.object({ text: z.string(), heard: z.array(z.int()).default([]) }),
    body: async () => {
      if (run.conflict !== null)
        return {
          heard: [],
          text: await briefForConflict(parts, run, { conflict: run.conflict, specTip: start.specTip }),
        };
      const [instructions, earlier, outputs, tries, said] = await Promise.all([
        repositoryInstructions(run.hub, start.commit),
        earlierTasks(parts, run),
        parts.plans.phaseOutputs(run.spec.id),
        earlierTries(parts, run),
        parts.messages.ofTask(run.task.id),
      ]);
      const { design } = standingOutputs(outputs);
      const changed = await changedBy(run, tries.last);
      const { task, requirements, criteria } = run;
      const contents = { task, requirements, criteria, instructions, design, earlier, said, changed, ...tries };
      const heard = said.map(({ number }) => number);
      return { heard, text: brief(contents, run.config.agents.briefTokens) };
    },
    commit: async ({ tx, attempt }, output) => {
      await parts.attempts.patch(tx, attempt, { brief: output.text });
      const [taskId, at] = [run.task.id, parts.clock.now()];
      await parts.messages.hear(tx, { taskId, numbers: output.heard, attemptId: attempt.id, at });
    },
  });
  return text;
}

/** What the tasks this one needs have changed. */
async function earlierTasks(parts: AttemptParts, run: AttemptRun): Promise<readonly EarlierTask[]> {
  const edges = await parts.tasks.edges(run.spec.id);
  const needed = edges.filter(({ taskId, kind }) => taskId === run.task.id && kind === "hard");
  const earlier: EarlierTask[] = [];
  for (const { needsId } of needed) {
    const task = await parts.tasks.get(needsId);
    const landed = (await parts.attempts.ofTask(needsId)).find(({ state }) => state === "landed");
    if (landed === undefined) continue;
    const claim = landed.agentSummary === null ? null : visibleLines(landed.agentSummary, maxClaim);
    earlier.push({ label: label("TSK", task.number), title: task.title, files: await filesOf(run, landed), claim });
  }
  return earlier;
}

async function filesOf(run: AttemptRun, { baseCommit, tip }: Attempt): Promise<readonly string[]> {
  if (baseCommit === null || tip === null) return [];
  const paths = (await run.hub.changes(baseCommit, tip)).map(({ path }) => path);
  const more = paths.length - maxEarlierFiles;
  return more > 0 ? [...paths.slice(0, maxEarlierFiles), `${more} more`] : paths;
}

/** An agent that mends the merge of the base branch goes on from what that merge was sent back for. */
function isSameWork(kind: AttemptKind, earlier: AttemptKind): boolean {
  return earlier === kind || (kind === "implementation" && earlier === "base_merge");
}

interface EarlierTries extends Pick<BriefContents, "feedback" | "triedInVain"> {
  /** The attempt of that feedback. */
  readonly last: Omit<Attempt, "feedback"> | null;
}

/**
 * Why the task came back the last time; a machine that failed says nothing about the work, so what was said before
 * counts. One that starts afresh also hears of every attempt that failed like it.
 */
async function earlierTries(parts: AttemptParts, run: AttemptRun): Promise<EarlierTries> {
  const earlier = (await parts.attempts.ofTask(run.task.id))
    .filter((attempt) => attempt.number < run.attempt.number && isSameWork(run.attempt.kind, attempt.kind))
    .toSorted((left, right) => left.number - right.number)
    .flatMap(({ feedback, ...attempt }) => (feedback === null ? [] : [{ ...attempt, feedback }]));
  const own = earlier.filter(({ feedback }) => !isSystemFailure(feedback.kind));
  const last = own.at(-1) ?? earlier.at(-1) ?? null;
  const feedback = last?.feedback ?? null;
  const alike = own.filter((one) => one.feedback.kind === feedback?.kind);
  const triedInVain = alike.map((one) => ({
    number: one.number,
    claim: one.agentSummary === null ? null : visibleLines(one.agentSummary, maxClaim),
    message: [one.feedback.message, ...one.feedback.items.map((item) => `${item.subject}: ${item.message}`)].join("; "),
  }));
  return { last, feedback, triedInVain: run.attempt.strategy === "fresh_start" ? triedInVain : [] };
}

/**
 * The work of an attempt that was sent back, to go on from. What was tried twice in vain is not; the commits of a base that
 * is brought in are nobody's work.
 */
async function changedBy(run: AttemptRun, last: EarlierTries["last"]): Promise<string> {
  if (last === null || last.kind === "base_merge" || run.attempt.strategy === "fresh_start") return "";
  const { baseCommit, tip } = last;
  return baseCommit === null || tip === null ? "" : run.hub.diff(baseCommit, tip, { maxBytes: maxChangedBytes });
}

async function briefForConflict(
  parts: AttemptParts,
  run: AttemptRun,
  of: { readonly conflict: Conflict; readonly specTip: string },
): Promise<string> {
  const { hub, task } = run;
  const items = await conflictItems(hub, of.specTip, of.conflict.taskTip);
  const conflict = { ...of.conflict, specTip: of.specTip, items };
  return resolveBrief({
    ...(await conflictSides(parts, { hub, task, conflict })),
    items,
    instructions: await repositoryInstructions(hub, of.specTip),
    feedback: (await earlierTries(parts, run)).feedback,
  });
}
