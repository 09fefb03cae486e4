import { label } from "@omoios/domain/shared/label";
import { FaultError } from "@omoios/domain/shared/fault";
import { z } from "zod";
import type { MergeConflict } from "../ports/repository.ts";
import { about, named } from "./attempt-event.ts";
import type { AttemptParts, AttemptRun, Ending } from "./attempt-run.ts";
import { step } from "./step.ts";

/** Merge commits are made by OmoiOS, not by the agent; the address can never belong to anybody. */
const committer = { authorName: "OmoiOS", authorEmail: "omoios@omoios.invalid" } as const;

export interface Proposal {
  readonly kind: "proposed";
  readonly specTip: string;
  readonly commit: string;
  readonly tree: string;
}

const proposedSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("proposed"), specTip: z.string(), commit: z.string(), tree: z.string() }),
  z.object({ kind: z.literal("conflict"), items: z.array(z.object({ subject: z.string(), message: z.string() })) }),
]);

/**
 * Makes the candidate of a round: the merge of the spec's tip, as it is now, and the work. Its identity depends only on
 * the ledger, so that a process that takes over proves and lands the very same commit.
 */
export async function propose(
  parts: AttemptParts,
  run: AttemptRun,
  work: { readonly tip: string; readonly round: number },
): Promise<Proposal | Ending> {
  const proposed = await step(parts, run, {
    name: `candidate-${work.round}`,
    output: proposedSchema,
    body: async (startedAt) => {
      const specTip = await specTipOf(run);
      const merged = await run.hub.mergeTree(specTip, work.tip);
      if (!merged.clean) return { kind: "conflict" as const, items: merged.conflicts.map(conflictItem) };
      const commit = await run.hub.commitTree({
        tree: merged.tree,
        parents: [specTip, work.tip],
        message: mergeMessage(run),
        ...committer,
        at: startedAt,
      });
      await keep(run, commit);
      return { kind: "proposed" as const, specTip, commit, tree: merged.tree };
    },
    commit: async ({ tx, emit }, output) => {
      if (output.kind !== "proposed") return;
      await parts.proofs.proposeCandidate(tx, {
        attemptId: run.attempt.id,
        specId: run.spec.id,
        specTip: output.specTip,
        taskTip: work.tip,
        commit: output.commit,
        tree: output.tree,
        state: "proposed",
        reason: null,
        createdAt: parts.clock.now(),
        endedAt: null,
      });
      emit({
        type: "candidate.moved",
        ...about(run),
        payload: {
          ...named(run),
          commit: output.commit,
          from: null,
          to: "proposed",
          reason: null,
        },
      });
    },
  });
  if (proposed.kind === "proposed") return proposed;
  return {
    kind: "send_back",
    move: "reject",
    feedback: {
      kind: "conflict",
      message: "The work conflicts with what landed in the meantime",
      items: proposed.items.map((item) => ({ ...item, tail: null })),
    },
  };
}

/** The tip of the spec's branch, which exists since the plan was approved. */
export async function specTipOf(run: AttemptRun): Promise<string> {
  const tip = await run.hub.resolve(`refs/heads/${run.spec.branch}`);
  if (tip !== null) return tip;
  throw new FaultError({
    kind: "not-found",
    what: "branch",
    id: run.spec.branch,
    fix: "It was deleted from the hub; run omoios doctor",
  });
}

/** A ref keeps the candidate from being collected, and lets a check jail fetch it. */
async function keep(run: AttemptRun, commit: string): Promise<void> {
  const ref = `refs/omoios/candidates/${run.attempt.id}`;
  await run.hub.moveRefs([{ ref, to: commit, seen: await run.hub.resolve(ref) }]);
}

function mergeMessage(run: AttemptRun): string {
  const task = label("TSK", run.task.number);
  const [title = ""] = run.task.title.split(/\r?\n/u);
  return `Land ${task}: ${title}\n\nTask: ${task}\nSpec: ${label("SPC", run.spec.number)}\nOmoiOS-Attempt: ${run.attempt.id}\n`;
}

function conflictItem(conflict: MergeConflict): { readonly subject: string; readonly message: string } {
  return { subject: conflict.paths.join(", "), message: `${conflict.type}: ${conflict.message}` };
}
