import type { DesignOutput } from "@omoios/contract/phase-design";
import type { PrdOutput } from "@omoios/contract/phase-prd";
import type { RequirementsOutput } from "@omoios/contract/phase-requirements";
import type { WorkOutput } from "@omoios/contract/phase-tasks";
import type { Scenario, ScenarioStep } from "@omoios/contract/scenario";

/** A feature of six tasks: four that can run at once, one that needs them, one that only shares a file with it. */
const greetings = {
  english: "Hello",
  german: "Hallo",
  french: "Bonjour",
  spanish: "Hola",
} as const;
const languages = Object.keys(greetings) as (keyof typeof greetings)[];

const all = languages.map((language) => `${language}: "${greetings[language]}, Ada!"`).join(", ");

export const requirements: RequirementsOutput = {
  title: "Greet in four languages",
  requirements: [
    ...languages.map((language, index) => ({
      id: `REQ-${index + 1}`,
      text: `WHEN ${language} is called with a name, the module SHALL return the ${language} greeting with that name`,
      priority: "must" as const,
      criteria: [
        {
          id: `REQ-${index + 1}.1`,
          text: `${language}("Ada") returns "${greetings[language]}, Ada!"`,
          proof: "check" as const,
        },
      ],
    })),
    {
      id: "REQ-5",
      text: "WHEN greetings is called with a name, the module SHALL return the greetings of all four languages",
      priority: "must",
      criteria: [{ id: "REQ-5.1", text: `greetings("Ada") returns ${all}`, proof: "check" }],
    },
    {
      id: "REQ-6",
      text: "The README SHALL name every language",
      priority: "should",
      criteria: [{ id: "REQ-6.1", text: `README.md contains the words ${languages.join(", ")}`, proof: "check" }],
    },
  ],
  assumptions: ["The name is given as one string"],
};

function assertion(code: string): string {
  return `import assert from "node:assert/strict";\nimport test from "node:test";\n${code}\n`;
}

const base = {
  mode: "implementation" as const,
  priority: "medium" as const,
  requiresGit: false,
  requiresTests: true,
  complexity: 0.2,
};

const work: WorkOutput = {
  tickets: [
    { id: "languages", title: "One greeting for each language" },
    { id: "together", title: "All of them together" },
  ],
  tasks: [
    ...languages.map((language, index) => ({
      ...base,
      id: language,
      ticket: "languages",
      title: `Greet in ${language}`,
      description: `Export ${language}(name) from src/${language}.js; it greets in ${language}`,
      needs: [],
      criteria: [`REQ-${index + 1}.1`],
      declaredFiles: [`src/${language}.js`],
    })),
    {
      ...base,
      id: "greetings",
      ticket: "together",
      title: "Collect all greetings",
      description: "Export greetings(name) from src/greetings.js; it calls every language's function",
      needs: [...languages],
      criteria: ["REQ-5.1"],
      declaredFiles: ["src/greetings.js", "README.md"],
    },
    {
      ...base,
      id: "readme",
      ticket: "together",
      title: "Name the languages in the README",
      description: "Name every language in README.md",
      needs: [],
      criteria: ["REQ-6.1"],
      declaredFiles: ["README.md"],
    },
  ],
  checks: [
    ...languages.map((language, index) => ({
      criterion: `REQ-${index + 1}.1`,
      command: `node --test checks/${language}.test.js`,
      directory: ".",
      timeoutSeconds: 60,
      files: [
        {
          path: `checks/${language}.test.js`,
          content: assertion(
            `import { ${language} } from "../src/${language}.js";\ntest("greets", () => assert.equal(${language}("Ada"), "${greetings[language]}, Ada!"));`,
          ),
        },
      ],
    })),
    {
      criterion: "REQ-5.1",
      command: "node --test checks/greetings.test.js",
      directory: ".",
      timeoutSeconds: 60,
      files: [
        {
          path: "checks/greetings.test.js",
          content: assertion(
            `import { greetings } from "../src/greetings.js";\ntest("greets in all", () => assert.deepEqual(greetings("Ada"), { ${all} }));`,
          ),
        },
      ],
    },
    {
      criterion: "REQ-6.1",
      command: languages.map((language) => `grep -qi ${language} README.md`).join(" && "),
      directory: ".",
      timeoutSeconds: 10,
      files: [],
    },
  ],
};

export const prd: PrdOutput = {
  title: "Greet in four languages",
  problem: "The package greets nobody: people who import it get a version number and nothing to say to a user",
  goals: ["A caller gets a greeting by name in each of four languages"],
  users: [{ name: "Developers", need: "Greet a user in the user's language" }],
  stories: [
    {
      id: "US-1",
      text: "As a developer, I want a function per language, so that I import only what I use",
      priority: "must",
    },
  ],
  scopeIn: ["English, German, French and Spanish"],
  scopeOut: ["Choosing the language by locale"],
  constraints: ["No new dependencies"],
  risks: [{ risk: "Names with markup end up in pages", answer: "The caller escapes; this is text" }],
  assumptions: [],
  questions: [
    {
      text: "Is the greeting formal or informal?",
      why: "The words of German, French and Spanish would be others",
      proposal: "Informal",
    },
  ],
};

const design: DesignOutput = {
  approach: "One module per language and one that collects them, as the package has one module per export already.",
  components: [
    ...languages.map((language, index) => ({
      id: language,
      path: `src/${language}.js`,
      isNew: true,
      responsibility: `Greets in ${language}`,
      interface: `export function ${language}(name: string): string`,
      uses: [],
      requirements: [`REQ-${index + 1}`],
    })),
    {
      id: "greetings",
      path: "src/greetings.js",
      isNew: true,
      responsibility: "Collects the greetings of all languages",
      interface: "export function greetings(name: string): Record<string, string>",
      uses: [...languages],
      requirements: ["REQ-5", "REQ-6"],
    },
  ],
  dataModels: [],
  endpoints: [],
  errorHandling: "Nothing can fail: any string is a name",
  testing: "Each module is imported by a test under node --test and called with a name",
  security: "",
  decisions: [],
};

const steps: Readonly<Record<string, readonly ScenarioStep[]>> = {
  ...Object.fromEntries(
    languages.map((language) => [
      `Greet in ${language}`,
      [
        {
          write: {
            path: `src/${language}.js`,
            content: `export const ${language} = (name) => \`${greetings[language]}, \${name}!\`;\n`,
          },
        },
      ],
    ]),
  ),
  "Collect all greetings": [
    {
      write: {
        path: "src/greetings.js",
        content: `${languages.map((language) => `import { ${language} } from "./${language}.js";`).join("\n")}\nexport const greetings = (name) => ({ ${languages.map((language) => `${language}: ${language}(name)`).join(", ")} });\n`,
      },
    },
  ],
  "Name the languages in the README": [
    { append: { path: "README.md", content: `\nLanguages: ${languages.join(", ")}.\n` } },
  ],
};

const verdicts = requirements.requirements.map((requirement) => ({
  criterion: `${requirement.id}.1`,
  met: true,
  confidence: 0.95,
  evidence: ["E1"],
  reasoning: "The check called the function and saw what the criterion says",
}));

/** What an evaluator answers when it gives every standard of a phase the same score. */
export function scored(standards: readonly string[], score: number): unknown {
  return { scores: Object.fromEntries(standards.map((name) => [name, { score, reason: `as good as ${score}` }])) };
}

export const standards = {
  prd: [
    "serves-the-request",
    "grounded-in-the-repository",
    "observable-goals",
    "clear-borders",
    "few-and-real-questions",
  ],
  requirements: ["complete", "no-more-than-asked", "one-meaning", "criteria-decide", "provable"],
  design: [
    "fits-the-repository",
    "meets-every-must",
    "exact-interfaces",
    "smallest",
    "can-be-built-in-parallel",
    "observable",
  ],
  tasks: ["stand-alone", "one-outcome", "true-dependencies", "honest-files", "checks-prove"],
} as const;

/** A whole run of the feature; `model` replaces what single roles answer. */
export function greetingsScenario(model: Readonly<Record<string, readonly unknown[]>> = {}): Scenario {
  const answers: Record<string, readonly unknown[]> = {
    "plan-light": [{ ...requirements, ...work }],
    prd: [prd],
    requirements: [requirements],
    design: [design],
    tasks: [work],
    "evaluate-prd": [scored(standards.prd, 0.9)],
    "evaluate-requirements": [scored(standards.requirements, 0.9)],
    "evaluate-design": [scored(standards.design, 0.8)],
    "evaluate-tasks": [scored(standards.tasks, 0.85)],
    validate: [{ verdicts }],
    ...model,
  };
  return {
    version: 1,
    model: Object.fromEntries(Object.entries(answers).map(([role, list]) => [role, [...list]])),
    agent: Object.entries(steps).map(([task, own]) => ({ task, attempts: [[...own, { submit: "Done" }]] })),
  };
}

/** The part of the feature that is one language: the same plan with one task, for tests that are about planning. */
export const small = {
  requirements: { ...requirements, requirements: requirements.requirements.slice(0, 1) },
  design: { ...design, components: design.components.slice(0, 1) },
  work: {
    tickets: work.tickets.slice(0, 1),
    tasks: work.tasks.slice(0, 1),
    checks: work.checks.slice(0, 1),
  },
} as const;

/** {@link greetingsScenario} of the small feature. */
export function smallScenario(model: Readonly<Record<string, readonly unknown[]>> = {}): Scenario {
  return greetingsScenario({
    requirements: [small.requirements],
    design: [small.design],
    tasks: [small.work],
    ...model,
  });
}
