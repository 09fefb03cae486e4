import { conflictPaths, type Conflict } from "@omoios/domain/landing/conflict";
import { conflictScore } from "@omoios/domain/landing/conflict-score";
import { label } from "@omoios/domain/shared/label";
import { FaultError } from "@omoios/domain/shared/fault";
import { z } from "zod";
import type { Hub } from "../ports/repository.ts";
import { moveConflictOf } from "../use-cases/move-conflict.ts";
import type { Settlement } from "../use-cases/settlement.ts";
import { about, named } from "./attempt-event.ts";
import type { AttemptParts, AttemptRun, Ending } from "./attempt-run.ts";
import { step } from "./step.ts";

/** Merge commits are made by OmoiOS, not by the agent; the address can never belong to anybody. */
export const omoios = { authorName: "OmoiOS", authorEmail: "omoios@omoios.invalid" } as const;

export interface Proposal {
  readonly kind: "proposed";
  readonly specTip: string;
  readonly commit: string;
  readonly tree: string;
}

/** A conflict as the ledger stores it. */
export const conflictItemSchema = z.object({
  paths: z.array(z.string()),
  type: z.string(),
  message: z.string(),
  hunks: z.int(),
});
const proposedSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("proposed"), specTip: z.string(), commit: z.string(), tree: z.string() }),
  z.object({ kind: z.literal("conflict"), specTip: z.string(), items: z.array(conflictItemSchema) }),
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
      if (!merged.clean) {
        return { kind: "conflict" as const, specTip, items: await conflictItems(run.hub, specTip, work.tip) };
      }
      const commit = await run.hub.commitTree({
        tree: merged.tree,
        parents: [specTip, work.tip],
        message: mergeMessage(run),
        ...omoios,
        at: startedAt,
      });
      await keep(run, commit);
      return { kind: "proposed" as const, specTip, commit, tree: merged.tree };
    },
    commit: async ({ tx, emit }, output) => {
      if (output.kind === "conflict") {
        await recordConflict(parts, run, { tx, emit, taskTip: work.tip, ...output });
        return;
      }
      await recordCandidate(parts, run, { tx, emit, taskTip: work.tip, ...output });
    },
  });
  return proposed.kind === "proposed" ? proposed : conflictEnding("reject", proposed.items);
}

/** Sends work back that git cannot merge. */
export function conflictEnding(move: "reject" | "fail", found: readonly z.infer<typeof conflictItemSchema>[]): Ending {
  const items = found.map(({ paths, type, message }) => ({
    subject: paths.join(", "),
    message: `${type}: ${message}`,
    tail: null,
  }));
  const message = "The work conflicts with what landed in the meantime";
  return { kind: "send_back", move, feedback: { kind: "conflict", message, items } };
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

async function recordCandidate(
  parts: AttemptParts,
  run: AttemptRun,
  proposed: Settlement & Proposal & { readonly taskTip: string },
): Promise<void> {
  await parts.proofs.proposeCandidate(proposed.tx, {
    attemptId: run.attempt.id,
    specId: run.spec.id,
    specTip: proposed.specTip,
    taskTip: proposed.taskTip,
    commit: proposed.commit,
    tree: proposed.tree,
    state: "proposed",
    reason: null,
    createdAt: parts.clock.now(),
    endedAt: null,
  });
  proposed.emit({
    type: "candidate.moved",
    ...about(run),
    payload: {
      ...named(run),
      commit: proposed.commit,
      from: null,
      to: "proposed",
      reason: null,
    },
  });
}

/** Writes the conflict down for the attempt that is to resolve it; one that was resolved for nothing makes way. */
export async function recordConflict(
  parts: AttemptParts,
  run: AttemptRun,
  found: Settlement & Pick<Conflict, "specTip" | "taskTip" | "items">,
): Promise<void> {
  const { tx, emit, specTip, taskTip, items } = found;
  const at = parts.clock.now();
  await moveConflictOf(parts, found, { task: run.task, move: "drop", reason: "its resolution conflicts anew" });
  const conflict: Conflict = {
    id: parts.identities.uuid(),
    projectId: run.project.id,
    specId: run.spec.id,
    taskId: run.task.id,
    attemptId: run.attempt.id,
    specTip,
    taskTip,
    items,
    score: conflictScore(items),
    state: "open",
    version: 1,
    personTip: null,
    acceptLost: false,
    reason: null,
    foundAt: at,
    movedAt: at,
  };
  await parts.conflicts.create(tx, conflict);
  emit({
    type: "conflict.found",
    ...about(run),
    payload: { ...named(run), paths: [...conflictPaths(conflict)], score: conflict.score },
  });
}

/** What git finds conflicting between two commits, with the number of places. */
export async function conflictItems(
  hub: Hub,
  specTip: string,
  taskTip: string,
): Promise<z.infer<typeof conflictItemSchema>[]> {
  const [tried] = await hub.tryMerges([{ ours: specTip, theirs: taskTip }]);
  return (tried?.conflicts ?? []).map((item) => ({ ...item, paths: [...item.paths] }));
}
