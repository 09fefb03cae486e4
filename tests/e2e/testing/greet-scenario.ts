import type { Scenario, ScenarioStep } from "@omoios/contract/scenario";

const greetTest = `import test from "node:test";
import assert from "node:assert/strict";
import { greet } from "../greet.js";

test("greets by name", () => assert.equal(greet("Ada"), "Hello, Ada!"));
`;

/** The work that meets the criterion, and one that looks like it. */
export const goodGreeting: ScenarioStep = {
  write: { path: "greet.js", content: "export const greet = (name) => `Hello, ${name}!`;\n" },
};
export const wrongGreeting: ScenarioStep = {
  write: { path: "greet.js", content: "export const greet = (name) => `Bye, ${name}!`;\n" },
};

/** What an agent claims whatever it did. */
export const claim: ScenarioStep = { submit: "greet greets by name; all tests pass" };

const verdict = { criterion: "REQ-1.1", confidence: 0.95, evidence: ["E1"] };
/** The validator's answers; which of them counts is decided by code. */
export const met = { verdicts: [{ ...verdict, met: true, reasoning: "The check called greet and saw the greeting" }] };
export const notMet = { verdicts: [{ ...verdict, met: false, reasoning: "The greeting is hard-coded for one name" }] };

/** What it answers first when it wants to see something for itself. */
export const wantsToSee = {
  commands: [{ argv: ["grep", "name", "greet.js"], why: "whether the name is used" }],
  verdicts: [],
};

export interface GreetParts {
  /** Steps of each attempt; the last list serves every later one. */
  readonly attempts?: readonly (readonly ScenarioStep[])[];
  /** Answers of the validator by attempt; the last one serves every later one. */
  readonly verdicts?: readonly unknown[];
  readonly command?: string;
  /** Files of the check that lie over the tree. */
  readonly files?: readonly { readonly path: string; readonly content: string }[];
  readonly declaredFiles?: readonly string[];
  /** Answers of the planner that come before the plan. */
  readonly badPlans?: readonly unknown[];
}

/** A run that adds `greet` to a project: one requirement, one criterion, one check, one task. */
export function greetScenario(parts: GreetParts = {}): Scenario {
  return {
    version: 1,
    model: {
      "plan-direct": [...(parts.badPlans ?? []), greetPlan(parts)],
      validate: [...(parts.verdicts ?? [met])],
    },
    agent: [{ task: "*", attempts: (parts.attempts ?? [[goodGreeting, claim]]).map((steps) => [...steps]) }],
  };
}

function greetPlan(parts: GreetParts) {
  return {
    title: "Greet people by name",
    requirement: {
      text: "WHEN greet is called with a name, the module SHALL return a greeting that contains the name",
      criterion: 'greet("Ada") returns "Hello, Ada!"',
    },
    check: {
      command: parts.command ?? "node --test checks/greet.test.js",
      directory: ".",
      timeoutSeconds: 60,
      files: parts.files ?? [{ path: "checks/greet.test.js", content: greetTest }],
    },
    task: {
      title: "Write greet",
      description: "Write a greet function in greet.js that greets a person by name",
      priority: "medium",
      declaredFiles: parts.declaredFiles ?? ["greet.js"],
    },
    assumptions: ["English only"],
  };
}

/** A plan the gate refuses: its check cannot fail, so it proves nothing. */
export function ungatedPlan(): unknown {
  return greetPlan({ command: "true", files: [] });
}
