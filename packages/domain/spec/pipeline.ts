import { phases, type Phase, type PhaseOutputStatus, type SpecSize } from "./state.ts";

/** One stored version of a phase, as far as the order of work depends on it. */
export interface OutputState {
  readonly phase: Phase;
  readonly version: number;
  readonly status: PhaseOutputStatus;
  /** The outputs it was made from, as `PHASE@version`. */
  readonly madeFrom: readonly string[];
}

/** What planning does next. */
export type PlanningStep =
  | { readonly kind: "skip"; readonly phase: Phase }
  /** The repository is looked at by code. */
  | { readonly kind: "survey" }
  /** An agent reads the repository. */
  | { readonly kind: "explore" }
  /** One call of a model gives these phases. */
  | { readonly kind: "author"; readonly phases: readonly Phase[] }
  | { readonly kind: "compute"; readonly phase: "SYNC" | "COMPLETE" }
  | { readonly kind: "ask" }
  | { readonly kind: "confirm"; readonly phase: Phase }
  | { readonly kind: "sealed" };

export interface PlanningState {
  readonly size: SpecSize;
  readonly outputs: readonly OutputState[];
  /** Outputs a person sent back, as `PHASE@version`. */
  readonly sentBack: readonly string[];
  readonly hasOpenQuestions: boolean;
  /** Phases whose newest output waits for a person's yes. */
  readonly unconfirmed: readonly Phase[];
}

const skippedPhases = {
  direct: ["EXPLORE", "PRD", "DESIGN"],
  light: ["PRD", "DESIGN"],
  full: [],
} as const satisfies Record<SpecSize, readonly Phase[]>;

/** The phases a size goes without; they are stored as skipped. */
export function isSkipped(size: SpecSize, phase: Phase): boolean {
  return (skippedPhases[size] as readonly Phase[]).includes(phase);
}

/** How other outputs and people name a version of a phase: `TASKS@2`. */
export function outputRef({ phase, version }: Pick<OutputState, "phase" | "version">): string {
  return `${phase}@${version}`;
}

/** The newest version of a phase that passed its gate, or null. */
export function currentOutput<Output extends OutputState>(outputs: readonly Output[], phase: Phase): Output | null {
  return outputs
    .filter((output) => output.phase === phase && output.status !== "refused")
    .reduce<Output | null>((newest, one) => (newest === null || one.version > newest.version ? one : newest), null);
}

/** The phases whose current output was made from something that is no longer current, through any number of steps. */
export function stalePhases(outputs: readonly OutputState[]): readonly Phase[] {
  const fresh = new Set<string>();
  return phases.filter((phase) => {
    const current = currentOutput(outputs, phase);
    if (current === null) return false;
    const isFresh = current.madeFrom.every((ref) => fresh.has(ref));
    if (isFresh) fresh.add(outputRef(current));
    return !isFresh;
  });
}

/**
 * The first thing that is missing, in the order of the phases. It depends only on what is stored, so planning goes on
 * where it was whoever dies.
 */
export function nextPlanningStep(state: PlanningState): PlanningStep {
  const stale = stalePhases(state.outputs);
  for (const phase of phases) {
    const current = currentOutput(state.outputs, phase);
    const stands = current !== null && !stale.includes(phase) && !state.sentBack.includes(outputRef(current));
    if (!stands) return makePhase(state.size, phase);
    if (phase === "PRD" && state.hasOpenQuestions) return { kind: "ask" };
    if (state.unconfirmed.includes(phase)) return { kind: "confirm", phase };
  }
  return { kind: "sealed" };
}

function makePhase(size: SpecSize, phase: Phase): PlanningStep {
  if (isSkipped(size, phase)) return { kind: "skip", phase };
  if (phase === "EXPLORE") return { kind: size === "full" ? "explore" : "survey" };
  if (phase === "SYNC" || phase === "COMPLETE") return { kind: "compute", phase };
  const together = phase === "REQUIREMENTS" && size !== "full";
  return { kind: "author", phases: together ? ["REQUIREMENTS", "TASKS"] : [phase] };
}

/** The outputs a phase is made from: everything before it that was not skipped. */
export function sourcesOf(outputs: readonly OutputState[], phase: Phase): readonly string[] {
  return phases.slice(0, phases.indexOf(phase)).flatMap((earlier) => {
    const current = currentOutput(outputs, earlier);
    return current === null || current.status === "skipped" ? [] : [outputRef(current)];
  });
}
