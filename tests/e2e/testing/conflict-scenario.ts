import type { WorkOutput } from "@omoios/contract/phase-tasks";
import type { RequirementsOutput } from "@omoios/contract/phase-requirements";
import type { Scenario, ScenarioStep } from "@omoios/contract/scenario";

const names = ["hello", "goodbye"] as const;
type Name = (typeof names)[number];

/** The line each task adds at the same place of a file that neither declares: git cannot tell which comes first. */
const wordLine = (name: Name): string => `- ${name}: says ${name}`;
export const joined = `# tiny\n\nGreets people.\n${names.map((name) => `${wordLine(name)}\n`).join("")}`;

const requirements: RequirementsOutput = {
  title: "Say hello and goodbye",
  requirements: names.map((name, index) => ({
    id: `REQ-${index + 1}`,
    text: `WHEN ${name} is called, the module SHALL return the word ${name}`,
    priority: "must",
    criteria: [
      { id: `REQ-${index + 1}.1`, text: `${name}() returns "${name}", and README.md lists it`, proof: "check" },
    ],
  })),
  assumptions: [],
};

const work: WorkOutput = {
  tickets: [{ id: "words", title: "The words" }],
  tasks: names.map((name, index) => ({
    id: name,
    ticket: "words",
    title: `Say ${name}`,
    description: `Export ${name}() from src/${name}.js and list it in README.md`,
    mode: "implementation",
    priority: "medium",
    requiresGit: false,
    requiresTests: true,
    complexity: 0.2,
    needs: [],
    criteria: [`REQ-${index + 1}.1`],
    declaredFiles: [`src/${name}.js`],
  })),
  checks: names.map((name, index) => ({
    criterion: `REQ-${index + 1}.1`,
    command: `grep -q "${wordLine(name).slice(2)}" README.md && node -e 'import("./src/${name}.js").then((m) => process.exit(m.${name}() === "${name}" ? 0 : 1))'`,
    directory: ".",
    timeoutSeconds: 60,
    files: [],
  })),
};

/** Two tasks that both start from the base and add a line at one place of the README; whoever lands second conflicts. */
export function conflictScenario(resolve?: readonly (readonly ScenarioStep[])[]): Scenario {
  const verdicts = names.map((_name, index) => ({
    criterion: `REQ-${index + 1}.1`,
    met: true,
    confidence: 0.95,
    evidence: ["E1"],
    reasoning: "The check called it and found its line",
  }));
  return {
    version: 1,
    model: { "plan-light": [{ ...requirements, ...work }], validate: [{ verdicts }] },
    agent: names.map((name) => ({
      task: `Say ${name}`,
      attempts: [
        [
          { write: { path: `src/${name}.js`, content: `export const ${name} = () => "${name}";\n` } },
          { append: { path: "README.md", content: `${wordLine(name)}\n` } },
          { submit: `Wrote ${name}` },
        ],
      ],
      ...(resolve === undefined ? {} : { resolve: resolve.map((steps) => [...steps]) }),
    })),
  };
}

/** What resolves the conflict, and what leaves one of the lines out. */
export const joins: readonly ScenarioStep[] = [
  { write: { path: "README.md", content: joined } },
  { submit: "Both words are listed" },
];
export const dropsBoth: readonly ScenarioStep[] = [
  { write: { path: "README.md", content: "# tiny\n\nGreets people.\n" } },
  { submit: "The list was in the way" },
];
