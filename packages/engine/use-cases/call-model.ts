import type { Digest } from "../ports/digest.ts";
import type { Identities } from "../ports/clock.ts";
import { ModelCallError, type ModelReply, type ModelRequest, type Models } from "../ports/models.ts";
import type { Prompt, Prompts } from "../ports/prompts.ts";
import type { ModelCallRecords } from "../ports/run-records.ts";
import type { RecordParts } from "./record.ts";

export interface CallModelParts extends RecordParts {
  readonly models: Models;
  readonly modelCalls: ModelCallRecords;
  readonly prompts: Prompts;
  readonly identities: Identities;
  readonly digest: Digest;
}

export type ModelCall<Value> = Omit<ModelRequest<Value>, "system" | "role"> & {
  readonly prompt: string;
  /** What it is booked under, and what a scenario answers by. */
  readonly role: string;
  /** The prompt file it is made with. */
  readonly system: Prompt;
  readonly attemptId: string | null;
};

/** Calls a model with a prompt file and books what it used, whether or not it gave an answer. */
export async function callModel<Value>(parts: CallModelParts, call: ModelCall<Value>): Promise<Value> {
  const startedAt = parts.clock.now();
  const { model, role, specId, turn, prompt, schema, signal } = call;
  const { text: system } = call.system;
  try {
    const reply = await parts.models.generate<Value>({ model, role, specId, turn, system, prompt, schema, signal });
    await book(parts, call, { spent: reply, startedAt });
    return reply.value;
  } catch (error) {
    if (error instanceof ModelCallError) await book(parts, call, { spent: error.spent, startedAt });
    throw error;
  }
}

async function book(
  parts: CallModelParts,
  call: ModelCall<unknown>,
  use: { readonly spent: Omit<ModelReply<never>, "value">; readonly startedAt: Date },
): Promise<void> {
  await parts.database.transaction((tx) =>
    parts.modelCalls.add(tx, {
      id: parts.identities.uuid(),
      specId: call.specId,
      attemptId: call.attemptId,
      role: call.role,
      model: call.model,
      promptDigest: parts.digest(`${call.system.digest}\n${call.prompt}`),
      tries: use.spent.tries,
      inputTokens: use.spent.inputTokens,
      outputTokens: use.spent.outputTokens,
      startedAt: use.startedAt,
      endedAt: parts.clock.now(),
    }),
  );
}
