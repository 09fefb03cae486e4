import { checkGraph, graphProblemText, type GraphProblem } from "../task/graph.ts";
import { judgeCheck, judgeDeclaredFiles, judgeTitle, type GateFinding, type GateRule } from "./gate.ts";
import { repeatedIds } from "./judge-requirements.ts";
import { secondOutcome } from "./outcomes.ts";
import type { Plan, PlannedCriterion, PlannedTask } from "./plan-shape.ts";

/** More criteria than this are more than one outcome. */
export const maxCriteriaPerTask = 6;

/** Everything that is wrong with tickets, tasks and checks over their requirements; none means they pass. */
export function judgeWork(plan: Plan): readonly GateFinding[] {
  return [
    ...repeatedIds([...plan.tickets.map((ticket) => ticket.id), ...plan.tasks.map((task) => task.id)]),
    ...plan.tickets.flatMap((ticket) => judgeTicket(plan, ticket)),
    ...plan.tasks.flatMap((task) => judgeTask(plan, task)),
    ...graphFindings(plan.tasks),
    ...criteriaOf(plan).flatMap((criterion) => judgeCoverage(plan, criterion)),
    ...judgeChecks(plan),
  ];
}

interface CriterionInPlan extends PlannedCriterion {
  readonly must: boolean;
}

function criteriaOf(plan: Plan): readonly CriterionInPlan[] {
  return plan.requirements.flatMap(({ criteria, priority }) =>
    criteria.map((criterion) => ({ ...criterion, must: priority === "must" })),
  );
}

function finding(rule: GateRule, at: string, [message, fix]: readonly [string, string]): GateFinding {
  return { rule, at, message, fix };
}

const idForm = /^[a-z][a-z0-9-]{0,39}$/u;

function judgeId(id: string): readonly GateFinding[] {
  if (idForm.test(id)) return [];
  const message = `\`${id}\` is no id of a ticket or task`;
  return [finding("id-form", id, [message, "Use a short name in lower case, for example store-api"])];
}

function judgeTicket(plan: Plan, ticket: Plan["tickets"][number]): readonly GateFinding[] {
  const isEmpty = plan.tasks.every((task) => task.ticket !== ticket.id);
  return [
    ...judgeId(ticket.id),
    ...judgeTitle(ticket.title, `${ticket.id}.title`, 120),
    ...(isEmpty
      ? [finding("empty-ticket", ticket.id, ["no task belongs to this ticket", "Give it tasks or leave it out"])]
      : []),
  ];
}

function judgeTask(plan: Plan, task: PlannedTask): readonly GateFinding[] {
  const { id } = task;
  const known = new Set(criteriaOf(plan).map((criterion) => criterion.id));
  const unknown = task.criteria.filter((criterion) => !known.has(criterion));
  const hasTicket = plan.tickets.some((ticket) => ticket.id === task.ticket);
  return [
    ...judgeId(id),
    ...judgeTitle(task.title, `${id}.title`, 120),
    ...judgeOutcome(task),
    ...judgeDeclaredFiles(task.declaredFiles, `${id}.declaredFiles`),
    ...unknown.map((criterion) =>
      finding("unknown-id", `${id}.criteria`, [
        `${criterion} does not exist`,
        "Name criteria of the requirements, for example REQ-1.2",
      ]),
    ),
    ...(hasTicket
      ? []
      : [
          finding("unknown-id", `${id}.ticket`, [
            `the ticket \`${task.ticket}\` does not exist`,
            "Name one of the tickets",
          ]),
        ]),
  ];
}

function judgeOutcome(task: PlannedTask): readonly GateFinding[] {
  const { id, title, criteria, mode } = task;
  const second = secondOutcome(title);
  const findings: GateFinding[] = [];
  if (second !== null) {
    const fix = "Make two tasks of it, one needing the other where that is so";
    findings.push(finding("two-outcomes", `${id}.title`, [`"${second}" begins a second outcome`, fix]));
  }
  if (criteria.length === 0) {
    const fix = "Name the criteria that hold once it has landed, or join it to the task that needs it";
    findings.push(finding("no-outcome", `${id}.criteria`, ["nothing would show that this task is done", fix]));
  }
  if (criteria.length > maxCriteriaPerTask) {
    const message = `${criteria.length} criteria are more than one outcome (at most ${maxCriteriaPerTask})`;
    findings.push(finding("too-many-outcomes", `${id}.criteria`, [message, "Split the task"]));
  }
  if (mode !== "implementation") {
    const fix = "Plan implementation tasks only: exploring came before, validating follows every task by itself";
    findings.push(finding("task-mode", `${id}.mode`, [`a task in ${mode} mode lands nothing to prove`, fix]));
  }
  return findings;
}

const graphRules = {
  "duplicate-id": "duplicate-id",
  unknown: "unknown-id",
  self: "dependency",
  "duplicate-edge": "dependency",
  cycle: "cycle",
} as const satisfies Record<GraphProblem["kind"], GateRule>;

function graphFindings(tasks: readonly PlannedTask[]): readonly GateFinding[] {
  return checkGraph(tasks).flatMap((problem): readonly GateFinding[] => {
    // Ids of tickets and tasks are compared together elsewhere.
    if (problem.kind === "duplicate-id") return [];
    const at = problem.kind === "cycle" ? problem.path.join(" → ") : `${problem.id}.needs`;
    const fix =
      problem.kind === "cycle"
        ? "Take one of these needs away, or move what both need into a task of its own"
        : "Name each other task it needs once, by its id";
    return [finding(graphRules[problem.kind], at, [graphProblemText(problem), fix])];
  });
}

/** Exactly one task brings a criterion about: with none nobody would, with two nobody knows who has to. */
function judgeCoverage(plan: Plan, criterion: CriterionInPlan): readonly GateFinding[] {
  const { id, must, proof } = criterion;
  const tasks = plan.tasks.filter((task) => task.criteria.includes(id));
  const checks = plan.checks.filter((check) => check.criterion === id);
  const findings: GateFinding[] = [];
  if (tasks.length === 0) {
    const fix = `Name ${id} in the task after which it holds`;
    findings.push(finding("uncovered", id, [`no task brings this ${must ? "must" : "should"} about`, fix]));
  }
  if (tasks.length > 1) {
    const message = `${tasks.map((task) => task.id).join(" and ")} both claim it`;
    const fix = "Leave it to the task after which it holds, which needs the other one";
    findings.push(finding("covered-twice", id, [message, fix]));
  }
  if (proof === "check" && checks.length === 0) {
    const fix = "Give it a check, or mark it as judged when no program can tell";
    findings.push(finding("check-missing", id, ["nothing proves it", fix]));
  }
  if (proof === "judged" && checks.length > 0) {
    const fix = "Leave the check out, or let the check prove it";
    findings.push(finding("judged-with-check", id, ["it is judged by a person, yet a check is given", fix]));
  }
  return findings;
}

function judgeChecks(plan: Plan): readonly GateFinding[] {
  const known = new Set(criteriaOf(plan).map((criterion) => criterion.id));
  const declared = plan.tasks.flatMap((task) => task.declaredFiles);
  return plan.checks.flatMap((check, index) => {
    const at = `checks[${index}]`;
    const fix = "Name the criterion the check proves, for example REQ-1.2";
    const unknown = known.has(check.criterion)
      ? []
      : [finding("unknown-id", `${at}.criterion`, [`${check.criterion} does not exist`, fix])];
    return [...unknown, ...judgeCheck(check, at, declared)];
  });
}
