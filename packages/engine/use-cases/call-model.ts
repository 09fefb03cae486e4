import { outageWaitMs } from "@omoios/domain/budget/outage-wait";
import { faultFixes, faultMessage } from "@omoios/domain/shared/fault";
import type { Digest } from "../ports/digest.ts";
import { ProviderWait } from "../ports/gateway.ts";
import { ModelCallError, type ModelRequest, type Models } from "../ports/models.ts";
import type { Prompt, Prompts } from "../ports/prompts.ts";
import { meterCall, type MeterParts } from "./meter-call.ts";
import type { RecordParts } from "./record.ts";

export interface CallModelParts extends RecordParts, MeterParts {
  readonly models: Models;
  readonly prompts: Prompts;
  readonly digest: Digest;
}

export type ModelCall<Value> = Omit<ModelRequest<Value>, "system" | "role" | "meter"> & {
  readonly prompt: string;
  /** What it is booked under, and what a scenario answers by. */
  readonly role: string;
  /** The prompt file it is made with. */
  readonly system: Prompt;
  readonly attempt: { readonly id: string; readonly taskId: string; readonly epoch: number } | null;
};

/**
 * Calls a model with a prompt file, each exchange metered. Throws `limit` when a budget does not hold it, and a
 * `ProviderWait` when the provider is busy or away: that says nothing about the work, which waits and then asks again.
 */
export async function callModel<Value>(parts: CallModelParts, call: ModelCall<Value>): Promise<Value> {
  const { model, role, specId, turn, prompt, schema, signal, attempt } = call;
  const { text: system, digest } = call.system;
  const promptDigest = parts.digest(`${digest}\n${prompt}`);
  try {
    const reply = await parts.models.generate<Value>({
      ...{ model, role, specId, turn, system, prompt, schema, signal },
      meter: (exchange) => meterCall(parts, { specId, attempt, role, model, promptDigest }, exchange),
    });
    return reply.value;
  } catch (error) {
    if (!(error instanceof ModelCallError && error.isOutage)) throw error;
    const calls = (await parts.modelCalls.ofSpec(specId)).filter((one) => one.role === role);
    const inVain = calls.length - 1 - calls.findLastIndex(({ outcome }) => outcome === "answered");
    const until = new Date(parts.clock.now().getTime() + outageWaitMs(inVain));
    const reason = [faultMessage(error.fault), ...faultFixes(error.fault)].join(". ");
    throw new ProviderWait(`${reason}. It is asked again at ${until.toISOString()}`, until, { cause: error });
  }
}
