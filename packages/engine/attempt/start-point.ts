import type { Conflict } from "@omoios/domain/landing/conflict";
import { conflictScore } from "@omoios/domain/landing/conflict-score";
import { label } from "@omoios/domain/shared/label";
import { z } from "zod";
import type { Hub } from "../ports/repository.ts";
import type { AttemptParts, AttemptRun, Ending } from "./attempt-run.ts";
import { startAtMerge } from "./base-merge.ts";
import { conflictItems, conflictItemSchema, omoios, specTipOf } from "./propose.ts";
import { step } from "./step.ts";

/** The commit an attempt starts from. */
export interface StartPoint {
  /** What its sandbox is cut from. */
  readonly commit: string;
  /** The spec's tip it is based on; `commit` itself, unless that is a merge which is to be resolved. */
  readonly specTip: string;
}

const startSchema = z.object({
  commit: z.string(),
  specTip: z.string(),
  /** What conflicts when the spec's branch has moved on since the conflict was found. */
  items: z.array(conflictItemSchema).nullable(),
});

/**
 * Settles once where an attempt starts: at the spec's tip, or at git's merge of it with what is to be resolved or mended.
 * What cannot be merged cleanly any more goes back to be resolved.
 */
export async function startPoint(parts: AttemptParts, run: AttemptRun): Promise<StartPoint | Ending> {
  const { conflict } = run;
  if (conflict === null && run.task.mergeCommit !== null) return startAtMerge(parts, run);
  return step(parts, run, {
    name: "base",
    output: startSchema,
    body: async () => {
      // A person has merged the two sides they were given; agents merge with the newest there is.
      const specTip = conflict?.personTip == null ? await specTipOf(run) : conflict.specTip;
      if (conflict === null) return { commit: specTip, specTip, items: null };
      const commit = await mergeWithMarkers(run.hub, { conflict: { ...conflict, specTip }, task: run.task.number });
      await run.hub.moveRefs([{ ref: markedRef(run), to: commit, seen: await run.hub.resolve(markedRef(run)) }]);
      const items = specTip === conflict.specTip ? null : await conflictItems(run.hub, specTip, conflict.taskTip);
      return { commit, specTip, items };
    },
    commit: async ({ tx, attempt }, { specTip, items }) => {
      await parts.attempts.patch(tx, attempt, { baseCommit: specTip });
      const seen = items === null ? null : await parts.conflicts.unsettled(run.task.id, tx);
      if (items === null || seen === null) return;
      await parts.conflicts.patch(tx, seen, { specTip, items, score: conflictScore(items) });
    },
  });
}

/** A ref lets the sandbox fetch the merge, and is gone from what anybody sees of the history. */
function markedRef({ attempt }: AttemptRun): string {
  return `refs/omoios/conflicts/${attempt.id}`;
}

/**
 * The merge of a conflict's two sides as git leaves it, with its markers in the files: what is resolved starts from it
 * and never becomes part of the history. The same conflict gives the same commit.
 */
export async function mergeWithMarkers(
  hub: Hub,
  of: { readonly conflict: Pick<Conflict, "specTip" | "taskTip" | "foundAt">; readonly task: number },
): Promise<string> {
  const { specTip, taskTip, foundAt } = of.conflict;
  const { tree } = await hub.mergeTree(specTip, taskTip);
  return hub.commitTree({
    tree,
    parents: [specTip, taskTip],
    message: `Conflicts of ${label("TSK", of.task)}, to be resolved\n`,
    ...omoios,
    at: foundAt,
  });
}
