import type { Digest } from "../ports/digest.ts";
import type { ModelRequest, Models } from "../ports/models.ts";
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

/** Calls a model with a prompt file, each exchange metered. Throws `limit` when a budget does not hold it. */
export async function callModel<Value>(parts: CallModelParts, call: ModelCall<Value>): Promise<Value> {
  const { model, role, specId, turn, prompt, schema, signal, attempt } = call;
  const { text: system, digest } = call.system;
  const promptDigest = parts.digest(`${digest}\n${prompt}`);
  const reply = await parts.models.generate<Value>({
    ...{ model, role, specId, turn, system, prompt, schema, signal },
    meter: (exchange) => meterCall(parts, { specId, attempt, role, model, promptDigest }, exchange),
  });
  return reply.value;
}
