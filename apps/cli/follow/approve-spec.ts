import { apiPaths } from "@omoios/contract/http";
import { specSummarySchema, type SpecSummary } from "@omoios/contract/http-spec";
import type { ApiClient } from "../client/api-client.ts";

/** Approves the plan with exactly this digest; the server refuses when the plan is another one by now. */
export async function approveSpec(
  client: ApiClient,
  plan: { readonly id: string; readonly digest: string },
): Promise<SpecSummary> {
  return client.post(apiPaths.specApprove(plan.id), specSummarySchema, { body: { digest: plan.digest } });
}
