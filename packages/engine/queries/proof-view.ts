import type { EvidenceView, VerdictView } from "@omoios/contract/http-task";
import type { Attempt } from "@omoios/domain/attempt/attempt";
import type { Evidence, Verdict } from "@omoios/domain/proof/evidence";
import { label } from "@omoios/domain/shared/label";
import type { Check, Criterion } from "@omoios/domain/spec/plan";
import type { Task } from "@omoios/domain/task/task";

/** What turns the ids in evidence and verdicts into the labels people know. */
export interface ProofNames {
  readonly criteria: ReadonlyMap<string, Criterion>;
  readonly checks: ReadonlyMap<string, Check>;
  readonly attempts: ReadonlyMap<string, Attempt>;
  readonly tasks: ReadonlyMap<string, Task>;
}

/** The names of everything in a spec. */
export function proofNames(of: {
  readonly criteria: readonly Criterion[];
  readonly checks: readonly Check[];
  readonly attempts: readonly Attempt[];
  readonly tasks: readonly Task[];
}): ProofNames {
  return { criteria: byId(of.criteria), checks: byId(of.checks), attempts: byId(of.attempts), tasks: byId(of.tasks) };
}

export function evidenceView(evidence: Evidence, names: ProofNames): EvidenceView {
  const check = named(names.checks, evidence.checkId, "check");
  const criterion = named(names.criteria, check.criterionId, "criterion");
  return {
    id: evidence.id,
    criterion: criterion.label,
    ...whose(evidence.attemptId, names),
    command: check.command,
    subject: evidence.subject,
    commit: evidence.commit,
    tree: evidence.tree,
    environment: evidence.environment,
    exitCode: evidence.exitCode,
    timedOut: evidence.timedOut,
    passed: evidence.passed,
    outputDigest: evidence.outputDigest,
    tail: evidence.tail,
    startedAt: evidence.startedAt.toISOString(),
    endedAt: evidence.endedAt.toISOString(),
    durationMs: evidence.endedAt.getTime() - evidence.startedAt.getTime(),
  };
}

export function verdictView(verdict: Verdict, names: ProofNames): VerdictView {
  return {
    criterion: named(names.criteria, verdict.criterionId, "criterion").label,
    ...whose(verdict.attemptId, names),
    candidateCommit: verdict.candidateCommit,
    met: verdict.met,
    confidence: verdict.confidence,
    evidence: [...verdict.evidence],
    commands: [...verdict.commands],
    reasoning: verdict.reasoning,
    voidReason: verdict.voidReason,
    createdAt: verdict.createdAt.toISOString(),
  };
}

function whose(attemptId: string, names: ProofNames): { readonly task: string; readonly attempt: number } {
  const attempt = named(names.attempts, attemptId, "attempt");
  return { task: label("TSK", named(names.tasks, attempt.taskId, "task").number), attempt: attempt.number };
}

function byId<Thing extends { readonly id: string }>(things: readonly Thing[]): ReadonlyMap<string, Thing> {
  return new Map(things.map((thing) => [thing.id, thing]));
}

function named<Thing>(things: ReadonlyMap<string, Thing>, id: string, what: string): Thing {
  const thing = things.get(id);
  if (thing === undefined) throw new Error(`A record names the ${what} ${id}, which is not stored with its spec`);
  return thing;
}
