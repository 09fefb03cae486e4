import type { AttemptView, MessageView, TaskSummary, TaskView } from "@omoios/contract/http-task";
import type { Attempt, Feedback } from "@omoios/domain/attempt/attempt";
import type { CommandRun } from "@omoios/domain/proof/command-run";
import type { Evidence, Verdict } from "@omoios/domain/proof/evidence";
import type { Candidate } from "@omoios/domain/landing/candidate";
import { FaultError } from "@omoios/domain/shared/fault";
import { parseLabel } from "@omoios/domain/shared/label";
import type { Spec } from "@omoios/domain/spec/spec";
import type { Message } from "@omoios/domain/task/message";
import type { Task } from "@omoios/domain/task/task";
import type { LedgerRow } from "../ports/ledger.ts";
import type { Intervention, ModelCallRecord } from "../ports/run-records.ts";
import { conflictView } from "./conflict-view.ts";
import { evidenceView, proofNames, verdictView, type ProofNames } from "./proof-view.ts";
import type { ReadParts } from "./read-parts.ts";
import { timeOrNull } from "./spec-summary.ts";
import { attemptsOf, readSpecTasks, taskSummary } from "./task-summary.ts";
import { validationView } from "./validation-view.ts";

type TaskViewParts = Pick<
  ReadParts,
  | "specs"
  | "tasks"
  | "plans"
  | "attempts"
  | "proofs"
  | "conflicts"
  | "ledger"
  | "interventions"
  | "messages"
  | "modelCalls"
>;

/** Everything about a task: its attempts with brief, steps, evidence, verdicts, candidates and interventions. */
export async function taskView(parts: TaskViewParts, task: Task): Promise<TaskView> {
  const [
    spec,
    read,
    criteria,
    checks,
    own,
    evidence,
    verdicts,
    candidates,
    conflicts,
    interventions,
    messages,
    calls,
    commands,
  ] = await Promise.all([
    parts.specs.get(task.specId),
    readSpecTasks(parts, task.specId),
    parts.plans.criteria(task.specId),
    parts.plans.everyCheck(task.specId),
    parts.plans.criteriaOfTask(task.id),
    parts.proofs.evidenceOfSpec(task.specId),
    parts.proofs.verdictsOfSpec(task.specId),
    parts.proofs.candidatesOfSpec(task.specId),
    parts.conflicts.ofTask(task.id),
    parts.interventions.ofSpec(task.specId),
    parts.messages.ofTask(task.id),
    parts.modelCalls.ofSpec(task.specId),
    parts.proofs.commandRunsOfSpec(task.specId),
  ]);
  const names = proofNames({ criteria, checks, attempts: read.attempts, tasks: read.tasks });
  const history: AttemptView[] = [];
  for (const attempt of attemptsOf(task, read.attempts)) {
    const steps = await parts.ledger.ofAttempt(attempt.id);
    const validations = read.validations.filter(({ judges }) => judges === attempt.id);
    const records = { names, steps, evidence, verdicts, validations, calls, commands, candidates, interventions };
    history.push(attemptView(attempt, records));
  }
  return {
    ...taskSummary(task, spec, read),
    description: task.description,
    declaredFiles: [...task.declaredFiles],
    criteria: own.map((criterion) => ({ label: criterion.label, text: criterion.text })),
    scoreFactors: task.scoreFactors,
    messages: messages.map((message) => messageView(message, read.attempts)),
    conflicts: conflicts.map((conflict) => conflictView(conflict, { task, spec, attempts: read.attempts })),
    history,
  };
}

function messageView({ attemptId, saidAt, heardAt, ...said }: Message, attempts: readonly Attempt[]): MessageView {
  const { number, from, text, proposal } = said;
  const attempt = attempts.find(({ id }) => id === attemptId)?.number ?? null;
  return { number, from, text, proposal, attempt, saidAt: saidAt.toISOString(), heardAt: timeOrNull(heardAt) };
}

export interface TaskPage {
  readonly items: TaskSummary[];
  readonly next: string | null;
}

/** A page of the tasks of a spec, by number. The cursor is the label of the last one. */
export async function listTasks(
  parts: Pick<ReadParts, "tasks" | "plans" | "attempts">,
  spec: Spec,
  page: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<TaskPage> {
  const after = page.cursor === undefined ? 0 : parseLabel("TSK", page.cursor);
  if (after === null) {
    const problem = {
      at: "cursor",
      message: "is not one this server gave",
      fix: "Use `next` of the page before, unchanged",
    };
    throw new FaultError({ kind: "invalid", message: "The page cannot be found", problems: [problem] });
  }
  const read = await readSpecTasks(parts, spec.id);
  const rest = read.tasks.filter((task) => task.number > after).map((task) => taskSummary(task, spec, read));
  const items = rest.slice(0, page.limit);
  return { items, next: rest.length > items.length ? (items.at(-1)?.label ?? null) : null };
}

interface AttemptRecords {
  readonly names: ProofNames;
  readonly steps: readonly LedgerRow[];
  readonly evidence: readonly Evidence[];
  readonly verdicts: readonly Verdict[];
  readonly validations: readonly Attempt[];
  readonly calls: readonly ModelCallRecord[];
  readonly commands: readonly CommandRun[];
  readonly candidates: readonly Candidate[];
  readonly interventions: readonly Intervention[];
}

function attemptView(attempt: Attempt, records: AttemptRecords): AttemptView {
  const own = (record: { readonly attemptId: string }): boolean => record.attemptId === attempt.id;
  return {
    ...attemptFacts(attempt),
    evidence: records.evidence.filter(own).map((each) => evidenceView(each, records.names)),
    verdicts: records.verdicts.filter(own).map((each) => verdictView(each, records.names)),
    validations: records.validations.map((validation) => validationView(validation, records)),
    candidates: records.candidates
      .filter(own)
      .map(({ commit, tree, state, reason }) => ({ commit, tree, state, reason })),
    interventions: records.interventions
      .filter(own)
      .map(({ kind, reason, createdAt }) => ({ kind, reason, createdAt: createdAt.toISOString() })),
    steps: records.steps.map((step) => ({
      name: step.name,
      done: step.done,
      startedAt: step.startedAt.toISOString(),
      endedAt: timeOrNull(step.endedAt),
    })),
  };
}

type AttemptFacts = Omit<
  AttemptView,
  "evidence" | "verdicts" | "validations" | "candidates" | "interventions" | "steps"
>;

function attemptFacts(attempt: Attempt): AttemptFacts {
  return {
    id: attempt.id,
    number: attempt.number,
    kind: attempt.kind,
    state: attempt.state,
    agent: attempt.agent,
    strategy: attempt.strategy,
    model: attempt.model,
    agentState: attempt.agentState,
    agentSummary: attempt.agentSummary,
    progress: attempt.progress === null ? null : { ...attempt.progress, at: attempt.progress.at.toISOString() },
    branch: attempt.branch,
    baseCommit: attempt.baseCommit,
    tip: attempt.tip,
    epoch: attempt.epoch,
    brief: attempt.brief,
    feedback: feedbackView(attempt.feedback),
    reason: attempt.reason,
    parkedUntil: timeOrNull(attempt.parkedUntil),
    cancelRequested: attempt.cancelRequested,
    createdAt: attempt.createdAt.toISOString(),
    claimedAt: timeOrNull(attempt.claimedAt),
    startedAt: timeOrNull(attempt.startedAt),
    beatAt: timeOrNull(attempt.beatAt),
    outputAt: timeOrNull(attempt.outputAt),
    endedAt: timeOrNull(attempt.endedAt),
  };
}

function feedbackView(feedback: Feedback | null): AttemptView["feedback"] {
  return feedback === null ? null : { ...feedback, items: feedback.items.map((item) => ({ ...item })) };
}
