import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  currentOutput,
  isSkipped,
  nextPlanningStep,
  outputRef,
  sourcesOf,
  stalePhases,
  type OutputState,
  type PlanningState,
  type PlanningStep,
} from "./pipeline.ts";
import { phases, specSizes, type Phase, type SpecSize } from "./state.ts";

function next(state: Partial<PlanningState>): PlanningStep {
  return nextPlanningStep({
    size: "full",
    outputs: [],
    sentBack: [],
    hasOpenQuestions: false,
    unconfirmed: [],
    ...state,
  });
}

function made(
  outputs: readonly OutputState[],
  phase: Phase,
  status: OutputState["status"] = "finished",
): readonly OutputState[] {
  const version = 1 + Math.max(0, ...outputs.filter((one) => one.phase === phase).map((one) => one.version));
  return [...outputs, { phase, version, status, madeFrom: status === "skipped" ? [] : sourcesOf(outputs, phase) }];
}

/** Does what a step asks for. */
function obey(outputs: readonly OutputState[], step: PlanningStep): readonly OutputState[] {
  switch (step.kind) {
    case "skip":
      return made(outputs, step.phase, "skipped");
    case "survey":
    case "explore":
      return made(outputs, "EXPLORE");
    case "author":
      return step.phases.reduce<readonly OutputState[]>((done, phase) => made(done, phase), outputs);
    case "compute":
      return made(outputs, step.phase);
    case "ask":
    case "confirm":
    case "sealed":
      return outputs;
  }
}

function planned(size: SpecSize, from: readonly OutputState[] = [], sentBack: readonly string[] = []) {
  const steps: PlanningStep[] = [];
  let outputs = from;
  for (let step = next({ size, outputs, sentBack }); step.kind !== "sealed"; step = next({ size, outputs, sentBack })) {
    steps.push(step);
    outputs = obey(outputs, step);
    if (steps.length > 20) throw new Error("Planning does not end");
  }
  return { steps, outputs };
}

describe("nextPlanningStep", () => {
  test("full makes phase after phase", () => {
    expect(planned("full").steps).toEqual([
      { kind: "explore" },
      { kind: "author", phases: ["PRD"] },
      { kind: "author", phases: ["REQUIREMENTS"] },
      { kind: "author", phases: ["DESIGN"] },
      { kind: "author", phases: ["TASKS"] },
      { kind: "compute", phase: "SYNC" },
      { kind: "compute", phase: "COMPLETE" },
    ]);
  });

  test("light surveys and asks once; direct only asks once", () => {
    const rest = [
      { kind: "skip", phase: "PRD" },
      { kind: "author", phases: ["REQUIREMENTS", "TASKS"] },
      { kind: "skip", phase: "DESIGN" },
      { kind: "compute", phase: "SYNC" },
      { kind: "compute", phase: "COMPLETE" },
    ];
    expect(planned("light").steps).toEqual([{ kind: "survey" }, ...rest]);
    expect(planned("direct").steps).toEqual([{ kind: "skip", phase: "EXPLORE" }, ...rest]);
  });

  test("open questions hold the requirements, an unconfirmed phase what follows it", () => {
    const { outputs } = planned("full");
    const prd = outputs.filter((one) => one.phase === "EXPLORE" || one.phase === "PRD");
    expect(next({ outputs: prd, hasOpenQuestions: true })).toEqual({ kind: "ask" });
    expect(next({ outputs, unconfirmed: ["DESIGN"] })).toEqual({ kind: "confirm", phase: "DESIGN" });
  });

  test("the newest version stands, in whatever order they are read", () => {
    const outputs = made(made([], "EXPLORE"), "EXPLORE");
    expect(currentOutput(outputs.toReversed(), "EXPLORE")).toMatchObject({ version: 2 });
  });

  test("a refused try leaves the phase to be made", () => {
    const outputs = made(made([], "EXPLORE"), "PRD", "refused");
    expect(next({ outputs })).toEqual({ kind: "author", phases: ["PRD"] });
    expect(currentOutput(outputs, "PRD")).toBeNull();
  });

  test("reworded requirements leave tasks to be made from them alone, at every size", () => {
    const { outputs } = planned("light");
    const [requirements] = outputs.filter((one) => one.phase === "REQUIREMENTS");
    const reworded = { ...requirements, version: 2 } as OutputState;
    expect(next({ size: "light", outputs: [...outputs, reworded] })).toEqual({ kind: "author", phases: ["TASKS"] });
    expect(stalePhases([...outputs, reworded])).toEqual(["TASKS", "SYNC", "COMPLETE"]);
  });

  test("whatever is sent back, just that and what follows is made anew, once", () => {
    fc.assert(
      fc.property(fc.constantFrom(...specSizes), fc.constantFrom(...phases.slice(0, 5)), (size, phase) => {
        const first = planned(size).outputs;
        const current = currentOutput(first, phase);
        if (current === null || current.status === "skipped") return isSkipped(size, phase);
        const again = planned(size, first, [outputRef(current)]);
        const counts = new Map(
          phases.map((one) => [one, again.outputs.filter((output) => output.phase === one).length]),
        );
        return (
          counts.get(phase) === 2 &&
          phases.slice(0, phases.indexOf(phase)).every((one) => counts.get(one) === 1) &&
          stalePhases(again.outputs).length === 0
        );
      }),
    );
  });
});
