import type { CriterionView, SpecView } from "@omoios/contract/http-spec";
import { sealSchema } from "@omoios/contract/phase-sync";
import { label } from "@omoios/domain/shared/label";
import { currentOutput, stalePhases } from "@omoios/domain/spec/pipeline";
import type { Check, Criterion, Requirement } from "@omoios/domain/spec/plan";
import type { Spec } from "@omoios/domain/spec/spec";
import type { Approval, PhaseOutput } from "../ports/plan-store.ts";
import { criterionStandings, goalOf, goalOverTime, progressView, readProof, type CriterionStanding } from "./goal.ts";
import { evidenceView, proofNames, verdictView, type ProofNames } from "./proof-view.ts";
import { planView, questionViews } from "./plan-view.ts";
import { pullRequestSummary } from "./pull-request-view.ts";
import type { ReadParts } from "./read-parts.ts";
import { specSummary } from "./spec-summary.ts";
import { readSpecTasks, taskSummaries } from "./task-summary.ts";
import { usageOf } from "./usage.ts";

type SpecViewParts = Pick<
  ReadParts,
  "projects" | "plans" | "tasks" | "attempts" | "proofs" | "forge" | "modelCalls" | "publicUrl"
>;

/** Everything about a spec: plan, approval, goal, tasks, pull request and usage. */
export async function specView(parts: SpecViewParts, spec: Spec): Promise<SpecView> {
  const [project, outputs, approvals, questions, requirements, proof, read, pullRequest, calls] = await Promise.all([
    parts.projects.get(spec.projectId),
    parts.plans.phaseOutputs(spec.id),
    parts.plans.approvals(spec.id),
    parts.plans.questions(spec.id),
    parts.plans.requirements(spec.id),
    readProof(parts, spec.id),
    readSpecTasks(parts, spec.id),
    parts.forge.find(spec.id),
    parts.modelCalls.ofSpec(spec.id),
  ]);
  const progress = goalOverTime(spec, proof);
  const standings = criterionStandings(spec, proof, progress);
  const names = proofNames({ ...proof, attempts: read.attempts, tasks: read.tasks });
  const provedBy = await tasksByCriterion(parts, read.tasks);
  return {
    ...specSummary(spec, project),
    assumptions: [...spec.assumptions],
    goal: goalOf(standings),
    progress: progressView(progress),
    planDigest: planDigest(outputs),
    plan: planView(outputs),
    questions: [...questionViews(outputs, questions)],
    approval: approvalView(approvals),
    phases: outputs.map(phaseView),
    requirements: requirements.map(({ label: name, text, priority }) => ({ label: name, text, priority })),
    criteria: standings.map((standing) => criterionView(standing, { names, requirements, provedBy })),
    tickets: read.tickets.map((ticket) => ({
      label: label("TKT", ticket.number),
      title: ticket.title,
      branch: ticket.branch,
    })),
    tasks: taskSummaries(spec, read),
    pullRequest: pullRequest === null ? null : pullRequestSummary(spec, pullRequest, parts.publicUrl()),
    usage: usageOf(calls),
  };
}

/** The digest that sealed the plan, or null before there is one and while it is out of date. */
function planDigest(outputs: readonly PhaseOutput[]): string | null {
  const seal = currentOutput(outputs, "COMPLETE");
  return seal === null || stalePhases(outputs).length > 0 ? null : sealSchema.parse(seal.output).digest;
}

function approvalView(approvals: readonly Approval[]): SpecView["approval"] {
  const newest = approvals.toSorted((a, b) => a.decidedAt.getTime() - b.decidedAt.getTime()).at(-1);
  if (newest === undefined) return null;
  const { digest, decision, decidedBy, reason, decidedAt } = newest;
  return { digest, decision, decidedBy, reason, decidedAt: decidedAt.toISOString() };
}

function phaseView(output: PhaseOutput): SpecView["phases"][number] {
  return {
    phase: output.phase,
    version: output.version,
    status: output.status,
    output: output.output,
    madeFrom: [...output.madeFrom],
    promptDigest: output.promptDigest,
    createdAt: output.createdAt.toISOString(),
  };
}

interface CriterionContext {
  readonly names: ProofNames;
  readonly requirements: readonly Requirement[];
  readonly provedBy: ReadonlyMap<string, readonly string[]>;
}

function criterionView(standing: CriterionStanding, context: CriterionContext): CriterionView {
  const { criterion, verdict } = standing;
  return {
    label: criterion.label,
    text: criterion.text,
    requirement: requirementLabel(criterion, context.requirements),
    standing: standing.standing,
    met: standing.met,
    why: standing.why,
    checks: standing.checks.map(checkView),
    tasks: [...(context.provedBy.get(criterion.id) ?? [])],
    evidence: standing.evidence.map((each) => evidenceView(each, context.names)),
    verdict: verdict === null ? null : verdictView(verdict, context.names),
  };
}

function checkView(check: Check): CriterionView["checks"][number] {
  return {
    id: check.id,
    origin: check.origin,
    command: check.command,
    directory: check.directory,
    timeoutMs: check.timeoutMs,
    expectedExitCode: check.expectedExitCode,
    files: check.files.map(({ path, content }) => ({ path, content })),
  };
}

function requirementLabel(criterion: Criterion, requirements: readonly Requirement[]): string {
  const found = requirements.find((requirement) => requirement.id === criterion.requirementId);
  if (found === undefined) throw new Error(`Criterion ${criterion.id} names a requirement that is not stored`);
  return found.label;
}

async function tasksByCriterion(
  parts: Pick<ReadParts, "plans">,
  tasks: readonly { readonly id: string; readonly number: number }[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const proved = new Map<string, string[]>();
  for (const task of tasks) {
    for (const criterion of await parts.plans.criteriaOfTask(task.id)) {
      proved.set(criterion.id, [...(proved.get(criterion.id) ?? []), label("TSK", task.number)]);
    }
  }
  return proved;
}
