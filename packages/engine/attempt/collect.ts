import { FaultError, faultFixes, faultMessage } from "@omoios/domain/shared/fault";
import { label } from "@omoios/domain/shared/label";
import { z } from "zod";
import type { Sandbox } from "../ports/sandbox.ts";
import type { AttemptParts, AttemptRun, Ending } from "./attempt-run.ts";
import { moveSandbox, workSandboxId } from "./open-sandbox.ts";
import { step } from "./step.ts";

/** Whose name the work is committed in; the address can never belong to anybody. */
const authorEmail = "agent@omoios.invalid";

const collectSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("collected"), tip: z.string() }),
  z.object({ kind: z.literal("refused"), message: z.string() }),
]);
type Collected = z.infer<typeof collectSchema>;

/**
 * Commits what the agent left, ends its jail, and takes the branch into the hub through a jailed upload-pack. The
 * commit carries the time the step was first begun, so that a repeated step makes the same commit.
 */
export async function collect(
  parts: AttemptParts,
  run: AttemptRun,
  from: { readonly sandbox: () => Promise<Sandbox>; readonly baseCommit: string },
): Promise<{ readonly tip: string } | Ending> {
  const collected = await step<Collected>(parts, run, {
    name: "collect",
    output: collectSchema,
    body: async (startedAt) => {
      const sandbox = await from.sandbox();
      try {
        await sandbox.commit({
          message: commitMessage(run),
          authorName: `OmoiOS agent ${run.attempt.agent}`,
          authorEmail,
          at: startedAt,
        });
        await sandbox.close();
        await moveSandbox(parts, { id: workSandboxId(run), move: "closed" });
        return await fetchWork(parts, run, { sandbox, baseCommit: from.baseCommit });
      } catch (error) {
        return refusalOf(error);
      }
    },
    commit: async ({ tx, attempt }, output) => {
      if (output.kind === "collected") await parts.attempts.patch(tx, attempt, { tip: output.tip });
    },
  });
  if (collected.kind === "collected") return { tip: collected.tip };
  return { kind: "send_back", move: "reject", feedback: { kind: "policy", message: collected.message, items: [] } };
}

async function fetchWork(
  parts: AttemptParts,
  run: AttemptRun,
  from: { readonly sandbox: Sandbox; readonly baseCommit: string },
): Promise<Collected> {
  const { path, command } = await from.sandbox.uploadPack();
  const intoRef = `refs/omoios/attempts/${run.attempt.id}`;
  const tip = await run.hub.fetchSandbox({ path, uploadPack: command, branch: run.attempt.branch, intoRef });
  if (!(await run.hub.isAncestor(from.baseCommit, tip))) {
    return {
      kind: "refused",
      message: "The branch no longer contains the commit it was cut from: its history was rewritten",
    };
  }
  await parts.checkpoints.pass("attempt:collect:fetched", run.attempt);
  return { kind: "collected", tip };
}

/** What cannot be taken as it is, is the agent's doing (it broke the repository, say) and for the next attempt to mend. */
function refusalOf(error: unknown): Collected {
  if (!(error instanceof FaultError) || !["invalid", "limit", "not-found"].includes(error.fault.kind)) throw error;
  return { kind: "refused", message: [faultMessage(error.fault), ...faultFixes(error.fault)].join(". ") };
}

function commitMessage(run: AttemptRun): string {
  const [subject = ""] = run.task.title.split(/\r?\n/u);
  return [
    subject,
    "",
    `Task: ${label("TSK", run.task.number)}`,
    `Spec: ${label("SPC", run.spec.number)}`,
    `Attempt: ${run.attempt.number}`,
    "",
  ].join("\n");
}
