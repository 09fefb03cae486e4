import type { DesignOutput } from "@omoios/contract/phase-design";
import type { PrdOutput } from "@omoios/contract/phase-prd";
import type { RequirementsOutput } from "@omoios/contract/phase-requirements";
import type { WorkOutput } from "@omoios/contract/phase-tasks";
import type { Scenario, ScenarioStep } from "@omoios/contract/scenario";
import { scored, standards } from "./greetings-scenario.ts";

/** Twelve tasks, each of which exports a function; its ticket is its first letter. Tickets need each other both ways. */
const needs = {
  a1: [],
  a2: ["b1"],
  a3: [],
  a4: [],
  b1: ["a1"],
  b2: ["a2"],
  b3: ["a1"],
  b4: ["c4"],
  c1: [],
  c2: ["a1"],
  c3: [],
  c4: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;
type Name = keyof typeof needs;
const names = Object.keys(needs) as Name[];
const ticketOf = (name: Name): string => name.slice(0, 1);

/** Lists that two tasks at a time add a line to, without declaring it: whoever lands second conflicts. */
const lists: Readonly<Record<string, readonly [Name, Name]>> = {
  "first.txt": ["a3", "c1"],
  "second.txt": ["b3", "c2"],
};
const listOf = (name: Name) => Object.keys(lists).find((file) => lists[file]?.includes(name));

/** What the repository has before: lines that sort behind what tasks add. */
export const listedBefore = Object.fromEntries(Object.keys(lists).map((file) => [file, "zero\n"]));
/** What both lists say in the end, whoever landed first. */
export const listedAfter = Object.fromEntries(
  Object.entries(lists).map(([file, two]) => [file, [...two, "zero"].join("\n")]),
);

const criterionOf = (name: Name): string => `REQ-${names.indexOf(name) + 1}.1`;
const titleOf = (name: Name): string => `Say ${name}`;
/** What the function returns: its name, and what the functions it needs return. */
const wordOf = (name: Name): string => [name, ...needs[name].map(wordOf)].join(" after ");

const requirements: RequirementsOutput = {
  title: "Say twelve words",
  requirements: names.map((name, index) => ({
    id: `REQ-${index + 1}`,
    text: `WHEN ${name} is called, the module SHALL return the word ${name}`,
    priority: "must",
    criteria: [{ id: criterionOf(name), text: `${name}() returns "${wordOf(name)}"`, proof: "check" }],
  })),
  assumptions: [],
};

function taskOf(name: Name): Omit<WorkOutput["tasks"][number], "ticket"> {
  return {
    id: name,
    title: titleOf(name),
    description: `Export ${name}() from src/${name}.js; it returns "${wordOf(name)}"`,
    mode: "implementation",
    priority: "medium",
    requiresGit: false,
    requiresTests: false,
    complexity: 0.2,
    needs: [...needs[name]],
    criteria: [criterionOf(name)],
    declaredFiles: [`src/${name}.js`],
  };
}

function commandOf(name: Name): string {
  const list = listOf(name);
  const listed = list === undefined ? "" : `grep -qx ${name} ${list} && `;
  return `${listed}node -e 'import("./src/${name}.js").then((m) => process.exit(m.${name}() === "${wordOf(name)}" ? 0 : 1))'`;
}

const work: WorkOutput = {
  tickets: [...new Set(names.map(ticketOf))].map((id) => ({ id, title: `The words of ${id}` })),
  tasks: names.map((name) => ({ ...taskOf(name), ticket: ticketOf(name) })),
  checks: names.map((name) => ({
    criterion: criterionOf(name),
    command: commandOf(name),
    directory: ".",
    timeoutSeconds: 60,
    files: [],
  })),
};

const prd: PrdOutput = {
  title: requirements.title,
  problem: "The package says nothing: people who import it get a version number and no word",
  goals: ["A caller gets each of twelve words from a function of its own"],
  users: [{ name: "Developers", need: "Say a word" }],
  stories: [{ id: "US-1", text: "As a developer, I want a function per word, so that I can say it", priority: "must" }],
  scopeIn: ["Twelve words"],
  scopeOut: ["Other languages"],
  constraints: [],
  risks: [],
  assumptions: [],
  questions: [],
};

const design: DesignOutput = {
  approach: "One module per word, as the package has one module per export already.",
  components: names.map((name, index) => ({
    id: name,
    path: `src/${name}.js`,
    isNew: true,
    responsibility: `Says ${name}`,
    interface: `export function ${name}(): string`,
    uses: [...needs[name]],
    requirements: [`REQ-${index + 1}`],
  })),
  dataModels: [],
  endpoints: [],
  errorHandling: "Nothing can fail",
  testing: "Each module is imported and its function called",
  security: "",
  decisions: [],
};

/** The file of a function as it should be. */
function moduleOf(name: Name): string {
  const imports = needs[name].map((one) => `import { ${one} } from "./${one}.js";\n`);
  const word = [`"${name}"`, ...needs[name].map((one) => `${one}()`)].join(' + " after " + ');
  return `${imports.join("")}export const ${name} = () => ${word};\n`;
}

const write = (name: Name, content = moduleOf(name)): ScenarioStep => ({ write: { path: `src/${name}.js`, content } });
const submit = (name: string): ScenarioStep => ({ submit: `${name} says its word; all checks pass` });
const wrong = (name: Name): ScenarioStep[] => [write(name, `export const ${name} = () => "?";\n`), submit(name)];

/** How many reports one agent makes at once, and how many agents do so. */
export const flood = { reports: 50, agents: 2, listenedTo: 3 };
const foundTitle = (name: Name, number: number): string => `Say ${number} more of ${name}`;

function found(name: Name): ScenarioStep[] {
  return Array.from({ length: flood.reports }, (_none, index) => {
    const file = `src/${name}-${index + 1}.js`;
    return {
      discover: {
        title: foundTitle(name, index + 1),
        description: `Write ${file}, which holds one more word`,
        why: `Somebody who says ${name} says more`,
        files: [file],
        criterion: `${file} exists and is no longer than 20 bytes`,
        check: `test -f ${file} && test "$(wc -c < ${file})" -le 20`,
      },
    };
  });
}

/** The task a planner gives in the place of the one that could not be done. */
const again = { ...taskOf("c4"), id: "again", title: "Say c4 another way" };

/** Two tasks that meet in a list are both at work before either has landed. */
const together: ScenarioStep = { wait: 1000 };

/** What agents do, attempt by attempt; those that are not named here write what they should at once. */
const troubles: Partial<Readonly<Record<Name, readonly ScenarioStep[][]>>> = {
  a1: [wrong("a1"), [write("a1"), submit("a1")]],
  a4: [[...found("a4"), write("a4"), submit("a4")]],
  b2: [[...found("b2"), write("b2"), submit("b2")]],
  c3: [
    [{ say: "Thinking" }, ...Array.from({ length: 8 }, () => ({ hang: true as const }))],
    [write("c3"), submit("c3")],
  ],
  c4: [wrong("c4")],
};

function agentOf(name: Name): Scenario["agent"][number] {
  const list = listOf(name);
  const task = titleOf(name);
  if (list === undefined) return { task, attempts: [...(troubles[name] ?? [[write(name), submit(name)]])] };
  const add = { run: `echo ${name} >> ${list} && sort -o ${list} ${list}` };
  const join = { run: `sed -i '/^[<=>|]\\{7\\}/d' ${list} && sort -u -o ${list} ${list}` };
  return { task, attempts: [[together, write(name), add, submit(name)]], resolve: [[join, submit(name)]] };
}

function verdicts(): Scenario["model"][string] {
  const criteria = names.flatMap((_name, index) =>
    Array.from({ length: 1 + flood.listenedTo }, (_none, more) => `REQ-${index + 1}.${more + 1}`),
  );
  const met = (criterion: string) => ({
    criterion,
    met: true,
    confidence: 0.95,
    evidence: ["E1"],
    reasoning: "The check saw what the criterion says",
  });
  return [{ verdicts: criteria.map(met) }];
}

/**
 * A whole plan with everything that can go wrong on its way: two conflicts that agents resolve, a wrong claim, an agent
 * that hangs, a task that cannot be done as planned and holds another one up, and a flood of reports.
 */
export function wholePlanScenario(): Scenario {
  const more = Array.from({ length: flood.listenedTo }, (_none, index) => ({
    task: foundTitle("a4", index + 1),
    attempts: [[{ write: { path: `src/a4-${index + 1}.js`, content: `// ${index + 1}\n` } }, submit("it")]],
  }));
  return {
    version: 1,
    model: {
      prd: [prd],
      requirements: [requirements],
      design: [design],
      tasks: [work],
      "evaluate-prd": [scored(standards.prd, 0.9)],
      "evaluate-requirements": [scored(standards.requirements, 0.9)],
      "evaluate-design": [scored(standards.design, 0.9)],
      "evaluate-tasks": [scored(standards.tasks, 0.9)],
      replan: [{ tasks: [again], checks: [] }],
      validate: verdicts(),
    },
    agent: [...names.map(agentOf), { task: again.title, attempts: [[write("c4"), submit("c4")]] }, ...more],
  };
}

/** Titles of everything that has landed in the end, in the order of the alphabet. */
export const landedTitles = [
  ...names.filter((name) => name !== "c4").map(titleOf),
  again.title,
  ...Array.from({ length: flood.listenedTo }, (_none, index) => foundTitle("a4", index + 1)),
  "Bring in main",
].toSorted();
