import type { Spec } from "@omoios/domain/spec/spec";
import type { SpecStore } from "../ports/spec-store.ts";
import { attentionCleared } from "./happened.ts";
import type { Settlement } from "./settlement.ts";

/** What a person had to see to is seen to; says so when there was something. Returns the spec as it is then. */
export async function clearAttention(
  parts: { readonly specs: SpecStore },
  { tx, emit }: Settlement,
  spec: Spec,
): Promise<Spec> {
  if (spec.attention === null) return spec;
  const cleared = await parts.specs.patch(tx, spec, { attention: null });
  emit(attentionCleared(cleared));
  return cleared;
}
