/**
 * The expected ways in which something can fail. A fault is data: domain and use cases return it, adapters throw it
 * inside a {@link FaultError}, and HTTP, the command line and the loops each map it exhaustively. Anything else that is
 * thrown is a bug.
 */
export type Fault =
  /** The named thing does not exist. */
  | { readonly kind: "not-found"; readonly what: string; readonly id: string; readonly fix?: string }
  /** The move is not in the move table of the state the thing is in. */
  | { readonly kind: "illegal-move"; readonly what: string; readonly state: string; readonly move: string }
  /** Somebody else changed the thing since it was read; read again and decide again. */
  | { readonly kind: "stale"; readonly what: string; readonly id: string }
  /** The caller may not do this. */
  | { readonly kind: "denied"; readonly message: string; readonly fix?: string }
  /** A configured limit was reached. `until`: it is lifted by itself then. */
  | { readonly kind: "limit"; readonly message: string; readonly fix?: string; readonly until?: Date }
  /** The input is wrong; every problem is listed at once. */
  | { readonly kind: "invalid"; readonly message: string; readonly problems: readonly Problem[] }
  /** Something this needs is not there (a program, a service, disk space). */
  | { readonly kind: "unavailable"; readonly message: string; readonly fix?: string; readonly retryable: boolean };

/** One thing that is wrong with an input: where, what, and how to fix it. */
export interface Problem {
  /** Path into the input, for example `scheduler.slots` or `--repo`. */
  readonly at: string;
  readonly message: string;
  readonly fix?: string;
}

/** Carries a {@link Fault} where throwing is needed. */
export class FaultError extends Error {
  override readonly name = "FaultError";
  readonly fault: Fault;

  constructor(fault: Fault, options?: ErrorOptions) {
    super(faultMessage(fault), options);
    this.fault = fault;
  }
}

/** The moves a person asks for, as what happens to the thing. */
const passive: Readonly<Record<string, string>> = {
  approve: "be approved",
  reject: "be sent back",
  cancel: "be cancelled",
  retry: "be tried again",
  requeue: "be tried again",
  merge: "be merged",
  close: "be closed",
};

function spaced(name: string): string {
  return name.replaceAll("_", " ");
}

/** One sentence for a person, without the fix. */
export function faultMessage(fault: Fault): string {
  switch (fault.kind) {
    case "not-found":
      return `${fault.what} ${fault.id} does not exist`;
    case "illegal-move":
      return `${fault.what} is ${spaced(fault.state)}, so it cannot ${passive[fault.move] ?? spaced(fault.move)}`;
    case "stale":
      return `${fault.what} ${fault.id} was changed by somebody else in the meantime`;
    case "denied":
    case "limit":
    case "unavailable":
      return fault.message;
    case "invalid":
      return [fault.message, ...fault.problems.map((problem) => `${problem.at}: ${problem.message}`)].join("\n  ");
  }
}

/** What the person can do about it, one line each; empty when there is nothing to say. */
export function faultFixes(fault: Fault): readonly string[] {
  if (fault.kind === "invalid")
    return fault.problems.flatMap((problem) => (problem.fix === undefined ? [] : [problem.fix]));
  if ("fix" in fault && fault.fix !== undefined) return [fault.fix];
  return [];
}

/** True when the same call may succeed later without anybody changing anything. */
export function faultIsRetryable(fault: Fault): boolean {
  return fault.kind === "stale" || (fault.kind === "unavailable" && fault.retryable);
}
