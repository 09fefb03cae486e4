import type { AmendmentAnswer } from "@omoios/contract/amendment";
import type { RequirementsOutput } from "@omoios/contract/phase-requirements";
import type { WorkOutput } from "@omoios/contract/phase-tasks";
import type { Scenario, ScenarioStep } from "@omoios/contract/scenario";

const names = ["hello", "goodbye"] as const;
type Name = (typeof names)[number];
const criterionOf = (name: Name): string => `REQ-${names.indexOf(name) + 1}.1`;

const requirements: RequirementsOutput = {
  title: "Say hello and goodbye",
  requirements: names.map((name, index) => ({
    id: `REQ-${index + 1}`,
    text: `WHEN ${name} is called, the module SHALL return a word of ${name}`,
    priority: "must",
    criteria: [{ id: criterionOf(name), text: `${name}() returns "${name}"`, proof: "check" }],
  })),
  assumptions: [],
};

/** The task that writes `name`; goodbye waits for hello. */
function taskOf(name: Name): Omit<WorkOutput["tasks"][number], "ticket"> {
  return {
    id: name,
    title: `Say ${name}`,
    description: `Export ${name}() from src/${name}.js`,
    mode: "implementation",
    priority: "medium",
    requiresGit: false,
    requiresTests: true,
    complexity: 0.2,
    needs: name === "goodbye" ? ["hello"] : [],
    criteria: [criterionOf(name)],
    declaredFiles: [`src/${name}.js`],
  };
}

/** The check that `name()` returns this word. */
export function checkOf(name: Name, word: string): WorkOutput["checks"][number] {
  return {
    criterion: criterionOf(name),
    command: `node -e 'import("./src/${name}.js").then((m) => process.exit(m.${name}() === "${word}" ? 0 : 1))'`,
    directory: ".",
    timeoutSeconds: 60,
    files: [],
  };
}

/** An agent's work: a function that returns this word. */
export function says(name: Name, word: string): ScenarioStep[] {
  const content = `export const ${name} = () => "${word}";\n`;
  return [{ write: { path: `src/${name}.js`, content } }, { submit: `Wrote ${name}` }];
}

/** Another way to hello, as a planner gives it. */
export const helloAgain = { ...taskOf("hello"), id: "again", title: "Say hello another way" };

/** Two tasks, the second of which waits for the first, and what a planner answers when the plan is to be changed. */
export function wordsScenario(of: {
  readonly attempts: Readonly<Record<string, readonly ScenarioStep[][]>>;
  readonly replan: readonly AmendmentAnswer[];
}): Scenario {
  const work: WorkOutput = {
    tickets: [{ id: "words", title: "The words" }],
    tasks: names.map((name) => ({ ...taskOf(name), ticket: "words" })),
    checks: names.map((name) => checkOf(name, name)),
  };
  const verdicts = names.map((name) => ({
    criterion: criterionOf(name),
    met: true,
    confidence: 0.95,
    evidence: ["E1"],
    reasoning: "The check called it and compared its word",
  }));
  return {
    version: 1,
    model: { "plan-light": [{ ...requirements, ...work }], validate: [{ verdicts }], replan: [...of.replan] },
    agent: Object.entries(of.attempts).map(([task, attempts]) => ({ task, attempts: [...attempts] })),
  };
}
