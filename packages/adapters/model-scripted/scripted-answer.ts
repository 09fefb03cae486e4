import type { Scenario } from "@omoios/contract/scenario";
import { z } from "zod";

/** Why the model stopped, in the words of the Anthropic API. */
const stopReasons = ["end_turn", "max_tokens", "refusal"] as const;

/** Entries of a scenario that are not an answer but play something else. */
const playedErrorSchema = z.strictObject({
  $error: z.strictObject({ status: z.int().min(400).max(599), message: z.string() }),
});
const playedTextSchema = z.strictObject({ $text: z.string(), $stop: z.enum(stopReasons).optional() });

export type ScriptedAnswer =
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "text"; readonly text: string; readonly stop: (typeof stopReasons)[number] }
  | { readonly kind: "error"; readonly status: number; readonly message: string };

/**
 * The scenario's answer to the call `turn` of a role. The last entry serves everything after it. An entry is the answer
 * itself, or `{ "$text": …, "$stop"?: "max_tokens" | "refusal" }` for words, or `{ "$error": { status, message } }`.
 *
 * `tries` counts the earlier tries of the same call. A repair turn goes past an entry of words to the next one; an answer
 * that did not fit the schema is given again, so that the error a scenario's author sees is about that answer.
 */
export function scriptedAnswer(
  scenario: Scenario,
  asked: { readonly role: string; readonly turn: number; readonly tries: number },
): ScriptedAnswer {
  const entries = scenario.model[asked.role];
  if (entries === undefined) return missingRole(scenario, asked.role);
  const last = entries.length - 1;
  let index = Math.min(asked.turn, last);
  for (let left = asked.tries; left > 0 && playedTextSchema.safeParse(entries[index]).success; left -= 1) {
    index = Math.min(index + 1, last);
  }
  return answerOf(entries[index], asked.role);
}

function answerOf(entry: unknown, role: string): ScriptedAnswer {
  const error = playedErrorSchema.safeParse(entry);
  if (error.success) return { kind: "error", ...error.data.$error };
  const text = playedTextSchema.safeParse(entry);
  if (text.success) return { kind: "text", text: text.data.$text, stop: text.data.$stop ?? "end_turn" };
  const keys = Object.keys(z.record(z.string(), z.unknown()).safeParse(entry).data ?? {});
  const misspelt = keys.find((key) => key.startsWith("$"));
  return misspelt === undefined ? { kind: "json", value: entry } : badEntry(role, misspelt);
}

function missingRole(scenario: Scenario, role: string): ScriptedAnswer {
  const present = Object.keys(scenario.model);
  const list = present.length === 0 ? "none" : present.join(", ");
  return {
    kind: "error",
    status: 400,
    message: `The scenario has no answers for the role ${role}: add model.${role} (roles it has: ${list})`,
  };
}

function badEntry(role: string, key: string): ScriptedAnswer {
  return {
    kind: "error",
    status: 400,
    message: `An entry of model.${role} in the scenario holds ${key}: use { "$text": …, "$stop"?: … } or { "$error": { "status", "message" } }`,
  };
}
