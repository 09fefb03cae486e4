import { label } from "@omoios/domain/shared/label";
import { oneLine } from "@omoios/domain/shared/plain-text";
import { z } from "zod";
import type { AttemptParts, AttemptRun, Ending } from "./attempt-run.ts";
import { enterState } from "./enter-state.ts";
import { conflictEnding, conflictItems, conflictItemSchema, omoios, recordConflict, specTipOf } from "./propose.ts";
import { step } from "./step.ts";

/**
 * Takes the newest commit of the base branch as the work of an attempt, as it is: nobody works, and what proving and
 * landing find is true of git's own merge.
 */
export async function takeBase(parts: AttemptParts, run: AttemptRun): Promise<string> {
  const tip = mergeCommitOf(run);
  await step(parts, run, {
    name: "base",
    output: z.object({ from: z.string() }),
    body: async () => ({ from: await run.hub.mergeBase(await specTipOf(run), tip) }),
    commit: async ({ tx, attempt }, { from }) => {
      await parts.attempts.patch(tx, attempt, { baseCommit: from, tip, agentState: "finished" });
    },
  });
  const startedAt = run.attempt.startedAt ?? parts.clock.now();
  await enterState(parts, run, { attempt: { move: "work", to: "working" }, patch: { startedAt } });
  await enterState(parts, run, { attempt: { move: "collect", to: "collecting" } });
  return tip;
}

const startSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("merged"), commit: z.string(), specTip: z.string() }),
  z.object({ kind: z.literal("conflict"), specTip: z.string(), items: z.array(conflictItemSchema) }),
]);

/** Where an agent starts that mends the merge of the base branch: at that merge, made with the spec's tip as it is now. */
export async function startAtMerge(
  parts: AttemptParts,
  run: AttemptRun,
): Promise<{ readonly commit: string; readonly specTip: string } | Ending> {
  const taskTip = mergeCommitOf(run);
  const start = await step(parts, run, {
    name: "base",
    output: startSchema,
    body: async (startedAt) => {
      const specTip = await specTipOf(run);
      const { clean, tree } = await run.hub.mergeTree(specTip, taskTip);
      if (!clean) return { kind: "conflict" as const, specTip, items: await conflictItems(run.hub, specTip, taskTip) };
      const message = mergeMessage(run);
      const commit = await run.hub.commitTree({ tree, parents: [specTip, taskTip], message, ...omoios, at: startedAt });
      const ref = `refs/omoios/merges/${run.attempt.id}`;
      await run.hub.moveRefs([{ ref, to: commit, seen: await run.hub.resolve(ref) }]);
      return { kind: "merged" as const, commit, specTip };
    },
    commit: async ({ tx, emit, attempt }, output) => {
      if (output.kind === "conflict") await recordConflict(parts, run, { tx, emit, taskTip, ...output });
      else await parts.attempts.patch(tx, attempt, { baseCommit: output.commit });
    },
  });
  return start.kind === "merged" ? start : conflictEnding("fail", start.items);
}

function mergeCommitOf({ task }: AttemptRun): string {
  if (task.mergeCommit !== null) return task.mergeCommit;
  throw new Error(`${label("TSK", task.number)} brings no commit in`);
}

function mergeMessage(run: AttemptRun): string {
  const task = label("TSK", run.task.number);
  return `${oneLine(run.task.title, 120)}\n\nTask: ${task}\nSpec: ${label("SPC", run.spec.number)}\nAttempt: ${run.attempt.number}\n`;
}
