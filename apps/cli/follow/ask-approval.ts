import { apiPaths } from "@omoios/contract/http";
import { specViewSchema, type SpecSummary } from "@omoios/contract/http-spec";
import type { ApiClient } from "../client/api-client.ts";
import type { Cli } from "../cli.ts";
import { planPageLines } from "../render/plan-page.ts";
import { waitingPlanLines } from "../render/waiting-plan-lines.ts";
import { approveSpec } from "./approve-spec.ts";

/**
 * Shows the plan that waits and asks the person at the terminal to approve it. True when the spec goes on; false when
 * nobody is there, nothing waits for approval, or the person wants to decide later.
 */
export async function askApproval(
  { terminal }: Pick<Cli, "terminal">,
  at: { readonly client: ApiClient; readonly spec: SpecSummary; readonly signal: AbortSignal },
): Promise<boolean> {
  const { client, spec, signal } = at;
  if (terminal.ask === null) return false;
  const plan = await client.get(apiPaths.spec(spec.id), specViewSchema);
  if (plan.status !== "awaiting_approval" || plan.planDigest === null) return false;
  terminal.print("", ...planPageLines(plan, terminal));
  let said = await askDecision(terminal.ask, signal);
  if (said === "full") {
    terminal.print("", ...waitingPlanLines(plan, { ...terminal, contents: true }));
    said = await askDecision(terminal.ask, signal);
  }
  if (said !== "yes") return false;
  await approveSpec(client, { id: spec.id, digest: plan.planDigest });
  terminal.print("");
  return true;
}

type Decision = "yes" | "full" | "later";

async function askDecision(
  ask: (question: string, signal: AbortSignal) => Promise<string>,
  signal: AbortSignal,
): Promise<Decision> {
  try {
    const answer = (await ask("Approve this plan? yes, full to read every word, or anything else for later: ", signal))
      .trim()
      .toLowerCase();
    if (/^y(?:es)?$/u.test(answer)) return "yes";
    return /^f(?:ull)?$/u.test(answer) ? "full" : "later";
  } catch (error) {
    // Interrupted while asking: the plan goes on waiting.
    if (signal.aborted) return "later";
    throw error;
  }
}
