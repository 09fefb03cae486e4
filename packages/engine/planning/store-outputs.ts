import { label } from "@omoios/domain/shared/label";
import { listText } from "@omoios/domain/shared/plain-text";
import { sourcesOf } from "@omoios/domain/spec/pipeline";
import type { Spec } from "@omoios/domain/spec/spec";
import type { Phase } from "@omoios/domain/spec/state";
import type { Transaction } from "../ports/database.ts";
import type { PhaseOutput } from "../ports/plan-store.ts";
import type { SpecPatch } from "../ports/spec-store.ts";
import { record, type Emit } from "../use-cases/record.ts";
import { outputSummary } from "./output-summary.ts";
import { newestVersion, type PlanningParts, type PlanningRun } from "./planning-run.ts";

export type NewOutput = Pick<PhaseOutput, "phase" | "status" | "output"> &
  Partial<Pick<PhaseOutput, "promptDigest" | "madeBy" | "findings" | "evaluation" | "score" | "madeFrom">>;

/** The next version of a phase, made from everything that stands before it. */
export function nextOutput(
  parts: Pick<PlanningParts, "clock">,
  run: Pick<PlanningRun, "spec" | "outputs">,
  made: NewOutput,
): PhaseOutput {
  return {
    specId: run.spec.id,
    version: newestVersion(run.outputs, made.phase) + 1,
    madeFrom: made.status === "skipped" ? [] : sourcesOf(run.outputs, made.phase),
    promptDigest: null,
    madeBy: "code",
    findings: [],
    evaluation: null,
    score: null,
    createdAt: parts.clock.now(),
    ...made,
  };
}

/** The next versions of phases that come from one answer: each may be made from those before it. */
export function nextOutputs(
  parts: Pick<PlanningParts, "clock">,
  run: Pick<PlanningRun, "spec" | "outputs">,
  made: readonly NewOutput[],
): readonly PhaseOutput[] {
  return made.reduce<readonly PhaseOutput[]>(
    (done, one) => [...done, nextOutput(parts, { spec: run.spec, outputs: [...run.outputs, ...done] }, one)],
    [],
  );
}

/** Stores versions and says so, in one guarded transaction: whoever planned the same step at once is `stale`. */
export async function storeOutputs(
  parts: PlanningParts,
  run: PlanningRun,
  store: {
    readonly outputs: readonly PhaseOutput[];
    readonly patch?: SpecPatch;
    readonly also?: (tx: Transaction, emit: Emit, spec: Spec) => Promise<void>;
  },
): Promise<void> {
  await record(parts, run.spec.projectId, async (tx, emit) => {
    const phase: Phase = store.outputs.at(-1)?.phase ?? run.spec.phase;
    const patched = await parts.specs.patch(tx, run.spec, { phase, ...store.patch });
    await parts.plans.addPhaseOutputs(tx, store.outputs);
    for (const output of store.outputs) if (output.status !== "refused") emitPhase(emit, run.spec, output);
    await store.also?.(tx, emit, patched);
  });
}

/** Says that a phase has a version that stands. */
export function emitPhase(emit: Emit, spec: Spec, output: PhaseOutput): void {
  const score = output.score === null ? [] : [`score ${output.score.toFixed(2)}`];
  const summary =
    output.status === "skipped"
      ? `not needed for size ${spec.size}`
      : listText([...outputSummary(output), ...score], 5);
  emit({
    type: "phase.ended",
    specId: spec.id,
    taskId: null,
    attemptId: null,
    payload: {
      label: label("SPC", spec.number),
      phase: output.phase,
      version: output.version,
      status: output.status,
      summary,
    },
  });
}
