import { amendmentSchema, type AmendmentAnswer } from "@omoios/contract/amendment";
import { FaultError } from "@omoios/domain/shared/fault";
import type { Amendment } from "@omoios/domain/spec/amendment";
import type { GateFinding } from "@omoios/domain/spec/gate";
import { judgeWork } from "@omoios/domain/spec/judge-work";
import type { Plan } from "@omoios/domain/spec/plan-shape";
import type { Spec } from "@omoios/domain/spec/spec";
import type { Task } from "@omoios/domain/task/task";
import { taskLabel } from "@omoios/domain/task/task-label";
import { data } from "../prompts/data-block.ts";
import { repositoryOverview } from "../prompts/repository-overview.ts";
import { callModel } from "../use-cases/call-model.ts";
import { isUnderWay, provingTasks } from "../use-cases/proving-tasks.ts";
import { applyAmendment, type AmendedPart, type ApplyAmendmentParts } from "./apply-amendment.ts";
import { loadPlanning, type PlanningParts } from "./planning-run.ts";

export type AmendPlanParts = PlanningParts & ApplyAmendmentParts;

/**
 * Makes the oldest change that is open: one call of a planner, refused by the same rules as a plan and asked again with
 * what was wrong, then published. False when none is open.
 */
export async function amendPlan(parts: AmendPlanParts, spec: Spec, signal: AbortSignal): Promise<boolean> {
  const amendment = (await parts.amendments.ofSpec(spec.id)).find((one) => one.appliedAt === null);
  if (amendment === undefined) return false;
  const part = await readPart(parts, amendment);
  const run = await loadPlanning(parts, spec, signal);
  const before = await beforeText(parts, spec, part);
  const asked = (await parts.amendments.ofSpec(spec.id)).filter((one) => one.appliedAt !== null).length;
  let findings: readonly GateFinding[] = [];
  for (let turn = asked; turn < asked + run.config.gateTries; turn += 1) {
    const answer = await callModel<AmendmentAnswer>(parts, {
      model: spec.settings.model,
      role: "replan",
      system: run.prompts.replan,
      specId: spec.id,
      attempt: null,
      turn,
      prompt: [before, ...refusalText(findings)].join("\n\n"),
      schema: amendmentSchema,
      signal,
    });
    const plan = planOf(part, answer);
    findings = findingsOf(part, plan);
    if (findings.length > 0) continue;
    await applyAmendment(parts, spec, { part, plan });
    return true;
  }
  throw new FaultError({
    kind: "invalid",
    message: `The change of the plan was refused by the gate ${run.config.gateTries} times`,
    problems: findings.map(({ at, message, rule, fix }) => ({ at, message: `${message} (${rule})`, fix })),
  });
}

async function readPart(parts: AmendPlanParts, amendment: Amendment): Promise<AmendedPart> {
  const [requirements, criteria, checks, tasks] = await Promise.all([
    parts.plans.requirements(amendment.specId),
    parts.plans.criteria(amendment.specId),
    parts.plans.checks(amendment.specId),
    parts.tasks.ofSpec(amendment.specId),
  ]);
  const own = criteria.filter((criterion) => amendment.criterionIds.includes(criterion.id));
  const proving = amendment.cause === "edited" ? await provingTasks(parts, amendment) : [];
  const underWay = proving.filter(isUnderWay);
  return {
    amendment,
    task: tasks.find((task) => task.id === amendment.taskId) ?? null,
    underWay,
    landed:
      underWay.length > 0 ? null : (proving.findLast((task) => task.status === "complete") ?? proving.at(-1) ?? null),
    requirements: requirements.filter((requirement) => own.some((one) => one.requirementId === requirement.id)),
    criteria: own,
    checks: checks.filter((check) => amendment.criterionIds.includes(check.criterionId)),
  };
}

/** The changed part as a plan of its own, which the rules of the gate can judge. */
function planOf(part: AmendedPart, answer: AmendmentAnswer): Plan {
  const labels = new Map(part.criteria.map((criterion) => [criterion.id, criterion.label]));
  const renewed = new Set(answer.checks.map((check) => check.criterion));
  const kept =
    part.amendment.cause === "edited"
      ? []
      : part.checks.filter((check) => !renewed.has(labels.get(check.criterionId) ?? ""));
  const proven = new Set([...renewed, ...kept.map((check) => labels.get(check.criterionId) ?? "")]);
  const tasks =
    part.underWay.length > 0
      ? part.underWay.map((task) => standIn(part, task))
      : answer.tasks.map((task) => ({ ...task, ticket }));
  return {
    title: "Change",
    assumptions: [],
    requirements: part.requirements.map((requirement) => ({
      id: requirement.label,
      text: requirement.text,
      priority: requirement.priority,
      criteria: part.criteria
        .filter((criterion) => criterion.requirementId === requirement.id)
        .map(({ id, label: name, text }) => ({
          id: name,
          text,
          proof: part.checks.some((check) => check.criterionId === id) || proven.has(name) ? "check" : "judged",
        })),
    })),
    tickets: [{ id: ticket, title: "Change" }],
    tasks,
    checks: [
      ...answer.checks,
      ...kept.map((check) => ({
        criterion: labels.get(check.criterionId) ?? "",
        command: check.command,
        directory: check.directory,
        timeoutSeconds: Math.ceil(check.timeoutMs / 1000),
        files: check.files,
      })),
    ],
  };
}

const ticket = "change";

function standIn(part: AmendedPart, task: Task): Plan["tasks"][number] {
  return {
    id: taskLabel(task).toLowerCase(),
    ticket,
    title: task.title,
    description: task.description,
    mode: task.mode,
    priority: task.priority,
    needs: [],
    criteria: part.criteria.map((criterion) => criterion.label),
    declaredFiles: task.declaredFiles,
    requiresGit: false,
    requiresTests: false,
    complexity: 0,
  };
}

/** Several tasks may be under way for one criterion; that was judged when the plan was made. */
function findingsOf(part: AmendedPart, plan: Plan): readonly GateFinding[] {
  const judged = part.underWay.length > 1 ? { ...plan, tasks: plan.tasks.slice(0, 1) } : plan;
  return judgeWork(judged);
}

async function beforeText(parts: AmendPlanParts, spec: Spec, part: AmendedPart): Promise<string> {
  const hub = await parts.repositories.openHub(parts.hubPath(spec.projectId));
  const tip = (await hub.resolve(`refs/heads/${spec.branch}`)) ?? spec.baseCommit;
  const [tasks, edges] = await Promise.all([parts.tasks.ofSpec(spec.id), parts.tasks.edges(spec.id)]);
  const landed = tasks.filter((task) => task.status === "complete");
  const waits = new Set(edges.filter(({ needsId }) => needsId === part.task?.id).map(({ taskId }) => taskId));
  const waiting = tasks.filter(({ id, status }) => waits.has(id) && status !== "cancelled");
  const attempts = part.task === null ? [] : await parts.attempts.ofTask(part.task.id);
  const block = (name: string, value: unknown): string => data(name, JSON.stringify(value, null, 1));
  const { cause } = part.amendment;
  return [
    data("request", spec.request),
    data("repository", await repositoryOverview(hub, tip)),
    block(
      "landed",
      landed.map((task) => ({ id: taskLabel(task), title: task.title, files: task.declaredFiles })),
    ),
    block("change", {
      what: cause === "edited" ? "criteria were reworded" : "a task is replaced",
      hasLanded: part.landed !== null,
      requirements: part.requirements.map((requirement) => ({ id: requirement.label, text: requirement.text })),
      criteria: part.criteria.map((criterion) => ({ id: criterion.label, text: criterion.text })),
      task: part.task && { title: part.task.title, description: part.task.description, files: part.task.declaredFiles },
      waiting: waiting.map(({ title, description }) => ({ title, description })),
      underWay: part.underWay.map((task) => task.title),
      oldChecks: part.checks.map(({ command, files }) => ({ command, files })),
    }),
    ...(attempts.length === 0
      ? []
      : [
          block(
            "attempts",
            attempts.map(({ number, agentSummary, feedback }) => ({ number, agentSummary, feedback })),
          ),
        ]),
  ].join("\n\n");
}

function refusalText(findings: readonly GateFinding[]): readonly string[] {
  if (findings.length === 0) return [];
  const lines = findings.map(({ rule, at, message, fix }) => `- ${at}: ${message} (${rule}). ${fix}`);
  return [`Your last answer was refused. Mend all of this and give a whole new answer:\n${lines.join("\n")}`];
}
