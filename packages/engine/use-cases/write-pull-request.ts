import { conflictPaths } from "@omoios/domain/landing/conflict";
import { isolations } from "@omoios/domain/sandbox/state";
import type { Verdict } from "@omoios/domain/proof/evidence";
import type { CriterionJudgement } from "@omoios/domain/proof/judge";
import { approachText } from "@omoios/domain/attempt/strategy";
import { label } from "@omoios/domain/shared/label";
import { shellWord } from "@omoios/domain/shared/shell-word";
import type {
  CostLayer,
  LayerCost,
  PullRequestCriterion,
  PullRequestFacts,
} from "@omoios/domain/spec/pull-request-facts";
import { costLayers } from "@omoios/domain/spec/pull-request-facts";
import { pullRequestText } from "@omoios/domain/spec/pull-request-text";
import type { Spec } from "@omoios/domain/spec/spec";
import type { Attempt } from "@omoios/domain/attempt/attempt";
import type { Task } from "@omoios/domain/task/task";
import type { AttemptStore } from "../ports/attempt-store.ts";
import type { ConflictStore } from "../ports/conflict-store.ts";
import type { PullRequest } from "../ports/forge.ts";
import type { PlanStore } from "../ports/plan-store.ts";
import type { ProofStore } from "../ports/proof-store.ts";
import type { CommitSummary, Hub } from "../ports/repository.ts";
import type { ModelCallRecord, ModelCallRecords } from "../ports/run-records.ts";
import type { SandboxProvider } from "../ports/sandbox.ts";
import type { SpecStore } from "../ports/spec-store.ts";
import type { TaskStore } from "../ports/task-store.ts";
import { totalCostMicros } from "../queries/usage.ts";
import { leftUndone } from "./decision-facts.ts";
import { wayOf, type WayParts, type Work } from "./pull-request-way.ts";
import type { RecordParts } from "./record.ts";

export interface PullRequestParts extends RecordParts, WayParts {
  readonly specs: SpecStore;
  readonly plans: PlanStore;
  readonly tasks: TaskStore;
  readonly attempts: AttemptStore;
  readonly proofs: ProofStore;
  readonly conflicts: ConflictStore;
  readonly modelCalls: ModelCallRecords;
  readonly provider: SandboxProvider;
}

interface Branch {
  readonly hub: Hub;
  /** The newest commit of the base branch it contains. */
  readonly baseCommit: string;
  readonly tip: string;
  readonly tree: string;
  /** How each criterion stands on it. */
  readonly standings: readonly CriterionJudgement[];
}

/** Gathers everything a reviewer should know about a spec's branch and writes it down. */
export async function writePullRequest(parts: PullRequestParts, spec: Spec, branch: Branch): Promise<PullRequest> {
  const tasks = await parts.tasks.ofSpec(spec.id);
  const attempts = await parts.attempts.ofSpec(spec.id);
  const conflicts = await parts.conflicts.list({ specId: spec.id });
  const text = pullRequestText({
    spec: {
      label: label("SPC", spec.number),
      title: spec.title,
      request: spec.request,
      branch: spec.branch,
      baseBranch: spec.baseBranch,
      plannedOn: spec.baseCommit,
      baseCommit: branch.baseCommit,
      headCommit: branch.tip,
    },
    criteria: await criteriaFacts(parts, spec, { ...branch, tasks, attempts, conflicts }),
    files: await branch.hub.changes(branch.baseCommit, branch.tip),
    tasks: taskFacts(tasks, attempts),
    notDone: await leftUndone(parts, spec, { standings: branch.standings, tasks }),
    assumptions: spec.assumptions,
    ...(await wayOf(parts, spec, { hub: branch.hub, tasks, attempts, conflicts })),
    cost: costFacts(await parts.modelCalls.ofSpec(spec.id)),
    isolation: await isolationFacts(parts),
    scripted: { model: spec.settings.model === "scripted", agent: spec.settings.agent === "scripted" },
    checkout: [`omoios pr take ${label("SPC", spec.number)}`, `git switch ${spec.branch}`],
    verify: await verifyCommands(parts, spec),
  });
  return {
    specId: spec.id,
    state: "open",
    branch: spec.branch,
    baseBranch: spec.baseBranch,
    baseCommit: branch.baseCommit,
    headCommit: branch.tip,
    title: text.title,
    body: text.body,
    openedAt: parts.clock.now(),
  };
}

async function criteriaFacts(
  parts: PullRequestParts,
  spec: Spec,
  at: Branch & Work,
): Promise<readonly PullRequestCriterion[]> {
  const [criteria, checks, evidence, verdicts] = await Promise.all([
    parts.plans.criteria(spec.id),
    parts.plans.checks(spec.id),
    parts.proofs.evidenceOfSpec(spec.id),
    parts.proofs.verdictsOfSpec(spec.id),
  ]);
  const commits = await commitsByCriterion(parts, at);
  return criteria.map((criterion): PullRequestCriterion => {
    const judgement = at.standings.find((one) => one.criterionId === criterion.id);
    const own = commits.get(criterion.id) ?? [];
    const proofs = evidence.flatMap((run) => {
      const check = checks.find((one) => one.id === run.checkId);
      if (run.tree !== at.tree || check?.criterionId !== criterion.id) return [];
      const durationMs = run.endedAt.getTime() - run.startedAt.getTime();
      return [{ ...run, evidenceId: run.id, command: check.command, directory: check.directory, durationMs }];
    });
    return {
      label: criterion.label,
      text: criterion.text,
      standing: judgement?.standing ?? "unmet",
      reason: judgement?.reason ?? "",
      proofs,
      verdict: newestVerdict(verdicts, criterion.id),
      commits: own.map((commit) => commit.commit),
      files: [...new Set(own.flatMap((commit) => commit.files))],
    };
  });
}

function newestVerdict(verdicts: readonly Verdict[], criterionId: string): Verdict | null {
  return verdicts
    .filter((verdict) => verdict.criterionId === criterionId && verdict.voidReason === null)
    .reduce<Verdict | null>(
      (newest, one) => (newest !== null && newest.createdAt > one.createdAt ? newest : one),
      null,
    );
}

/** For each criterion: the commits of the landed attempts at the tasks that were to meet it. */
async function commitsByCriterion(
  parts: PullRequestParts,
  at: Branch & Work,
): Promise<ReadonlyMap<string, readonly CommitSummary[]>> {
  const byCriterion = new Map<string, CommitSummary[]>();
  for (const task of at.tasks) {
    const landed = at.attempts.find((attempt) => attempt.taskId === task.id && attempt.state === "landed");
    if (landed?.baseCommit == null || landed.tip === null) continue;
    const commits = await ownCommits(at, { from: landed.baseCommit, to: landed.tip, taskId: task.id });
    for (const criterion of await parts.plans.criteriaOfTask(task.id)) {
      byCriterion.set(criterion.id, [...(byCriterion.get(criterion.id) ?? []), ...commits]);
    }
  }
  return byCriterion;
}

/** The commits of a task; of the one that resolves its conflict, only the files the two sides met in are its own. */
async function ownCommits(
  at: Branch & Work,
  { from, to, taskId }: { readonly from: string; readonly to: string; readonly taskId: string },
): Promise<readonly CommitSummary[]> {
  const resolved = at.conflicts.filter((one) => one.taskId === taskId && one.state === "resolved").at(-1);
  const commits = await at.hub.log(from, to);
  if (resolved === undefined) return commits;
  return commits.map((commit) => (commit.commit === to ? { ...commit, files: conflictPaths(resolved) } : commit));
}

function taskFacts(tasks: readonly Task[], attempts: readonly Attempt[]): PullRequestFacts["tasks"] {
  return tasks.map((task) => {
    const own = attempts.filter((attempt) => attempt.taskId === task.id);
    return {
      label: label("TSK", task.number),
      title: task.title,
      attempts: own.length,
      turns: own.flatMap((attempt) => {
        const approach = approachText(attempt);
        return approach === null ? [] : [`Attempt ${attempt.number} ${approach}`];
      }),
      agentSummary: own.find((attempt) => attempt.state === "landed")?.agentSummary ?? null,
    };
  });
}

/** What a call was for; planning is what happens before there are attempts at its tasks. */
function layerOf(call: ModelCallRecord): CostLayer {
  if (call.role === "validate") return "prove";
  return call.attemptId === null || call.role === "explore" ? "plan" : "execute";
}

function costFacts(calls: readonly ModelCallRecord[]): readonly LayerCost[] {
  return costLayers.map((layer) => {
    const own = calls.filter((call) => layerOf(call) === layer);
    return {
      layer,
      calls: own.length,
      inputTokens: own.reduce((sum, call) => sum + call.inputTokens, 0),
      outputTokens: own.reduce((sum, call) => sum + call.outputTokens, 0),
      usdMicros: totalCostMicros(own),
    };
  });
}

async function isolationFacts(parts: PullRequestParts): Promise<PullRequestFacts["isolation"]> {
  const probe = await parts.provider.probe();
  const level = isolations.find((isolation) => isolation === probe.isolation) ?? "none";
  return { level, provider: parts.provider.id, reason: probe.reason ?? null };
}

/** Commands that prove everything again in a checkout of the branch, bringing the files the checks brought. */
async function verifyCommands(parts: PullRequestParts, spec: Spec): Promise<readonly string[]> {
  const checks = await parts.plans.checks(spec.id);
  const files = new Map(checks.flatMap((check) => check.files.map((file) => [file.path, file.content] as const)));
  const commands = checks.map(({ command, directory }) =>
    directory === "." ? command : `(cd ${shellWord(directory)} && ${command})`,
  );
  return [...[...files].map(([path, content]) => writeFileCommand(path, content)), ...new Set(commands)];
}

/** A here-document that writes a file, whatever its lines say. */
function writeFileCommand(path: string, content: string): string {
  let marker = "END_OF_CHECK";
  while (content.split("\n").includes(marker)) marker = `${marker}_`;
  const folder = path.includes("/") ? `mkdir -p ${shellWord(path.slice(0, path.lastIndexOf("/")))} && ` : "";
  return `${folder}cat > ${shellWord(path)} <<'${marker}'\n${content.replace(/\n$/u, "")}\n${marker}`;
}
