import { samplePlan } from "@omoios/domain/spec/sample-plan.testsuite";
import type { Phase } from "@omoios/domain/spec/state";
import { expect, test } from "vitest";
import type { PhaseOutput } from "../ports/plan-store.ts";
import { sampleProject, sampleSpec } from "../testing/sample-rows.ts";
import { phasePrompt } from "./phase-prompt.ts";
import type { PlanningRun } from "./planning-run.ts";

const project = sampleProject();
const { title, requirements, assumptions } = samplePlan();

function finished(phase: Phase, output: unknown, evaluation: PhaseOutput["evaluation"] = null): PhaseOutput {
  const createdAt = new Date(0);
  const made = { madeFrom: [], madeBy: "code", promptDigest: null, findings: [], score: null };
  return { specId: "s", phase, version: 1, status: "finished", output, evaluation, createdAt, ...made };
}

/** What a planner of the next phase reads of these outputs. */
async function promptOf(outputs: readonly PhaseOutput[]): Promise<string> {
  const survey = finished("EXPLORE", { source: "overview", text: "A shop" });
  const run = { spec: sampleSpec(project), outputs: [survey, ...outputs], approvals: [], questions: [] };
  return phasePrompt(run as unknown as PlanningRun, ["DESIGN"]);
}

test("a document reads in the order of its schema, however it was stored", async () => {
  const stored = {
    assumptions,
    title,
    requirements: requirements.map((one) => Object.fromEntries(Object.entries(one).toReversed())),
  };
  const prompt = await promptOf([finished("REQUIREMENTS", stored)]);
  expect(prompt).toBe(await promptOf([finished("REQUIREMENTS", { title, requirements, assumptions })]));
  expect(prompt.indexOf('"title"')).toBeLessThan(prompt.indexOf('"requirements"'));
});

test("what an evaluator missed in a document that passed is told to the next phase, and praise is not", async () => {
  const output = { title, requirements, assumptions };
  const told = await promptOf([
    finished("REQUIREMENTS", output, {
      testable: { score: 0.8, reason: "REQ-1 leaves open how long a note may be" },
      complete: { score: 1, reason: "Nothing is missing" },
    }),
  ]);
  expect(told).toContain("REQUIREMENTS, testable (0.80): REQ-1 leaves open how long a note may be");
  expect(told).not.toContain("Nothing is missing");
  expect(await promptOf([finished("REQUIREMENTS", output)])).not.toContain("criticism");
});
