import type { Fault } from "./fault.ts";

/** The outcome of a decision: a value, or the {@link Fault} that says why there is none. */
export type Result<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly fault: Fault };

export function ok<Value>(value: Value): Result<Value> {
  return { ok: true, value };
}

export function refuse(fault: Fault): { readonly ok: false; readonly fault: Fault } {
  return { ok: false, fault };
}
