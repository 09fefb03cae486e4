import type { Config } from "@omoios/contract/config";
import type { Attempt } from "@omoios/domain/attempt/attempt";
import type { Conflict } from "@omoios/domain/landing/conflict";
import type { Check, Criterion, Requirement, Ticket } from "@omoios/domain/spec/plan";
import type { Spec } from "@omoios/domain/spec/spec";
import type { Task } from "@omoios/domain/task/task";
import type { AgentTools } from "../ports/agent-tools.ts";
import type { AgentRuntime } from "../ports/agent-runtime.ts";
import type { AttemptLogs } from "../ports/attempt-logs.ts";
import type { AttemptHolder } from "../ports/attempt-store.ts";
import type { Checkpoints } from "../ports/checkpoints.ts";
import type { Digest } from "../ports/digest.ts";
import type { Gateway } from "../ports/gateway.ts";
import type { DiscoveryStore } from "../ports/discovery-store.ts";
import type { MessageStore } from "../ports/message-store.ts";
import type { Ledger } from "../ports/ledger.ts";
import type { Models } from "../ports/models.ts";
import type { PlanStore } from "../ports/plan-store.ts";
import type { Project, ProjectStore } from "../ports/project-store.ts";
import type { ProjectConfig } from "../ports/project-config.ts";
import type { Prompts } from "../ports/prompts.ts";
import type { ProofStore } from "../ports/proof-store.ts";
import type { Hub, Repositories } from "../ports/repository.ts";
import type { Interventions, SandboxRecords } from "../ports/run-records.ts";
import type { SandboxProvider } from "../ports/sandbox.ts";
import type { AttemptRegistry } from "../use-cases/attempt-registry.ts";
import type { MeterParts } from "../use-cases/meter-call.ts";
import type { SettleParts } from "../use-cases/settle-task.ts";
import type { LandingTurns } from "./landing-turns.ts";

/** What running an attempt needs. */
export interface AttemptParts extends SettleParts, MeterParts {
  readonly projects: ProjectStore;
  readonly plans: PlanStore;
  readonly proofs: ProofStore;
  readonly ledger: Ledger;
  readonly provider: SandboxProvider;
  readonly sandboxRecords: SandboxRecords;
  readonly interventions: Interventions;
  readonly discoveries: DiscoveryStore;
  readonly messages: MessageStore;
  readonly registry: AttemptRegistry;
  readonly landingTurns: LandingTurns;
  readonly agents: ReadonlyMap<string, AgentRuntime>;
  readonly repositories: Repositories;
  readonly logs: AttemptLogs;
  readonly models: Models;
  readonly gateway: Gateway;
  readonly agentTools: AgentTools;
  /** The model agents ask, as `provider:name`. */
  readonly agentModel: string;
  readonly prompts: Prompts;
  readonly digest: Digest;
  readonly checkpoints: Checkpoints;
  readonly proof: { readonly checkTimeoutMs: number };
  readonly projectConfig: ProjectConfig;
  readonly hubPath: (projectId: string) => string;
}

/** One claimed attempt and everything around it that does not change while it runs. */
export interface AttemptRun {
  readonly holder: AttemptHolder;
  readonly attempt: Attempt;
  readonly task: Task;
  readonly spec: Spec;
  /** Null for an exploration, which lands nothing. */
  readonly ticket: Ticket | null;
  readonly project: Project;
  /** The requirements its criteria are of: what is wanted, where a criterion says only how one would notice. */
  readonly requirements: readonly Requirement[];
  /** What this task has to prove. */
  readonly criteria: readonly Criterion[];
  readonly checks: readonly Check[];
  /** Everything the spec had to prove when this began, this task's part included. */
  readonly goal: { readonly criteria: readonly Criterion[]; readonly checks: readonly Check[] };
  /** What it is to resolve, when that is its kind. */
  readonly conflict: Conflict | null;
  readonly config: Config;
  readonly hub: Hub;
  /** Aborts when the attempt is parked, cancelled, lost or held. */
  readonly signal: AbortSignal;
  /** Ends this run because its agent cannot go on; what becomes of the attempt follows from the cause. */
  readonly hold: (cause: Error) => void;
}

/** How an attempt ends, decided by a stage; the settlement is made in one place. */
export type Ending =
  | {
      readonly kind: "send_back";
      readonly move: "reject" | "fail";
      readonly feedback: NonNullable<Attempt["feedback"]>;
    }
  | { readonly kind: "already_met" };

/**
 * What an attempt has to prove. Whatever mends the merge of the base branch proves again what that merge broke; all else
 * that has landed only has to stay true.
 */
async function criteriaOf(parts: AttemptParts, attempt: Attempt, task: Task): Promise<readonly Criterion[]> {
  if (task.mergeCommit === null) return parts.plans.criteriaOfTask(task.id);
  const earlier = (await parts.attempts.ofTask(task.id)).filter((one) => one.number < attempt.number);
  const broken = new Set(
    earlier.flatMap(({ feedback }) =>
      feedback?.kind === "criteria" ? feedback.items.map((item) => item.subject) : [],
    ),
  );
  return (await parts.plans.criteria(task.specId)).filter((criterion) => broken.has(criterion.label));
}

export async function loadRun(
  parts: AttemptParts,
  attempt: Attempt,
  { signal, hold }: Pick<AttemptRun, "signal" | "hold">,
): Promise<AttemptRun> {
  const [task, spec, project] = await Promise.all([
    parts.tasks.get(attempt.taskId),
    parts.specs.get(attempt.specId),
    parts.projects.get(attempt.projectId),
  ]);
  const [ticket, requirements, criteria, goalCriteria, goalChecks, conflict, hub] = await Promise.all([
    task.ticketId === null ? null : parts.plans.ticket(task.ticketId),
    parts.plans.requirements(spec.id),
    criteriaOf(parts, attempt, task),
    parts.plans.criteria(spec.id),
    parts.plans.checks(spec.id),
    attempt.kind === "resolution" ? parts.conflicts.unsettled(task.id) : null,
    parts.repositories.openHub(parts.hubPath(project.id)),
  ]);
  if (attempt.kind === "resolution" && conflict === null)
    throw new Error(`Attempt ${attempt.id} is to resolve a conflict that is settled`);
  const proves = new Set(criteria.map((criterion) => criterion.id));
  return {
    holder: { id: attempt.id, epoch: attempt.epoch },
    attempt,
    task,
    spec,
    ticket,
    project,
    requirements: requirements.filter((requirement) =>
      criteria.some((criterion) => criterion.requirementId === requirement.id),
    ),
    criteria,
    checks: goalChecks.filter((check) => proves.has(check.criterionId)),
    goal: { criteria: goalCriteria, checks: goalChecks },
    conflict,
    config: await parts.projectConfig(hub, spec.baseCommit),
    hub,
    signal,
    hold,
  };
}
