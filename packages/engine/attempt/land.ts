import { taskLabel } from "@omoios/domain/task/task-label";
import { z } from "zod";
import { completeTask } from "../use-cases/settle-task.ts";
import { record } from "../use-cases/record.ts";
import type { AttemptParts, AttemptRun } from "./attempt-run.ts";
import type { Proposal } from "./propose.ts";
import { moveCandidate } from "./prove.ts";
import { step } from "./step.ts";

const landedSchema = z.object({ landed: z.boolean() });

/**
 * Moves the refs of spec, ticket and task onto a proven candidate in one compare-and-swap, then ends the attempt and
 * completes the task in one transaction. False when the spec's tip had moved: the candidate must be made and proven anew.
 */
export async function land(
  parts: AttemptParts,
  run: AttemptRun,
  candidate: { readonly proposal: Proposal; readonly tip: string; readonly round: number },
): Promise<boolean> {
  const { proposal } = candidate;
  const { landed } = await step(parts, run, {
    name: `land-${candidate.round}`,
    output: landedSchema,
    admission: true,
    body: async () => ({
      landed: (await isLanded(run, proposal)) || (await moveRefs(run, candidate)) || (await isLanded(run, proposal)),
    }),
    commit: async ({ tx, emit, attempt }, output) => {
      if (!output.landed) {
        await moveCandidate(parts, run, { tx, emit, proposal, move: "return", reason: "the spec's branch moved on" });
        return;
      }
      await moveCandidate(parts, run, { tx, emit, proposal, move: "land", reason: null });
      const task = await parts.tasks.get(run.task.id, tx);
      await completeTask(parts, { tx, emit }, { attempt, task, move: "land", reason: null });
    },
  });
  return landed;
}

/** Ends an attempt that had nothing to do: its criteria are met on the tree it would have started from. */
export async function finishAlreadyMet(parts: AttemptParts, run: AttemptRun): Promise<void> {
  await record(parts, run.project.id, async (tx, emit) => {
    await parts.admission.lock(tx);
    const attempt = await parts.attempts.fence(tx, run.holder);
    const seen = await parts.tasks.get(run.task.id, tx);
    await completeTask(parts, { tx, emit }, { attempt, task: seen, move: "finish", reason: "already met" });
  });
}

/** The candidate is the tip, or below it: whoever died after moving the refs had landed it. */
async function isLanded(run: AttemptRun, proposal: Proposal): Promise<boolean> {
  const tip = await run.hub.resolve(`refs/heads/${run.spec.branch}`);
  return tip !== null && (await run.hub.isAncestor(proposal.commit, tip));
}

async function moveRefs(
  run: AttemptRun,
  candidate: { readonly proposal: Proposal; readonly tip: string },
): Promise<boolean> {
  const { proposal, tip } = candidate;
  if (run.ticket === null) throw new Error(`${taskLabel(run.task)} belongs to no ticket and lands nothing`);
  const ticketRef = `refs/heads/${run.ticket.branch}`;
  const taskRef = `refs/heads/${run.task.branch}`;
  return run.hub.moveRefs([
    { ref: `refs/heads/${run.spec.branch}`, to: proposal.commit, seen: proposal.specTip },
    { ref: ticketRef, to: proposal.commit, seen: await run.hub.resolve(ticketRef) },
    { ref: taskRef, to: tip, seen: await run.hub.resolve(taskRef) },
  ]);
}
