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
import type { DiscoveryStore } from "../ports/discovery-store.ts";
import type { EventLog } from "../ports/event-log.ts";
import type { PullRequest } from "../ports/forge.ts";
import type { PlanStore } from "../ports/plan-store.ts";
import type { ProofStore } from "../ports/proof-store.ts";
import type { CommitSummary, Hub } from "../ports/repository.ts";
import type { Interventions, ModelCallRecord, ModelCallRecords } from "../ports/run-records.ts";
import type { SandboxProvider } from "../ports/sandbox.ts";
import type { SpecStore } from "../ports/spec-store.ts";
import type { TaskStore } from "../ports/task-store.ts";
import { totalCostMicros } from "../queries/usage.ts";
import { decisionFacts, leftUndone } from "./decision-facts.ts";
import type { RecordParts } from "./record.ts";

export interface PullRequestParts extends RecordParts {
  readonly specs: SpecStore;
  readonly plans: PlanStore;
  readonly tasks: TaskStore;
  readonly attempts: AttemptStore;
  readonly proofs: ProofStore;
  readonly interventions: Interventions;
  readonly discoveries: DiscoveryStore;
  readonly modelCalls: ModelCallRecords;
  readonly events: EventLog;
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
    criteria: await criteriaFacts(parts, spec, { ...branch, tasks, attempts }),
    files: await branch.hub.changes(branch.baseCommit, branch.tip),
    tasks: taskFacts(tasks, attempts),
    notDone: await leftUndone(parts, spec, { standings: branch.standings, tasks }),
    assumptions: spec.assumptions,
    discovered: await discoveryFacts(parts, spec, tasks),
    findings: await findingFacts(parts, spec),
    interventions: await interventionFacts(parts, spec, { tasks, attempts }),
    decisions: await decisionFacts(parts, spec),
    cost: costFacts(await parts.modelCalls.ofSpec(spec.id)),
    isolation: await isolationFacts(parts),
    scripted: { model: spec.settings.model === "scripted", agent: spec.settings.agent === "scripted" },
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
  at: Branch & { readonly tasks: readonly Task[]; readonly attempts: readonly Attempt[] },
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
  at: Branch & { readonly tasks: readonly Task[]; readonly attempts: readonly Attempt[] },
): Promise<ReadonlyMap<string, readonly CommitSummary[]>> {
  const byCriterion = new Map<string, CommitSummary[]>();
  for (const task of at.tasks) {
    const landed = at.attempts.find((attempt) => attempt.taskId === task.id && attempt.state === "landed");
    if (landed?.baseCommit == null || landed.tip === null) continue;
    const commits = await at.hub.log(landed.baseCommit, landed.tip);
    for (const criterion of await parts.plans.criteriaOfTask(task.id)) {
      byCriterion.set(criterion.id, [...(byCriterion.get(criterion.id) ?? []), ...commits]);
    }
  }
  return byCriterion;
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

async function discoveryFacts(
  parts: PullRequestParts,
  spec: Spec,
  tasks: readonly Task[],
): Promise<PullRequestFacts["discovered"]> {
  return (await parts.discoveries.ofSpec(spec.id)).map(({ number, title, becameTaskId, decidedBy, reason }) => {
    const became = tasks.find((task) => task.id === becameTaskId);
    const task = became === undefined ? null : label("TSK", became.number);
    return { label: label("DSC", number), title, task, decidedBy, reason };
  });
}

/** What the diff policy remarked about the changes that landed. */
async function findingFacts(parts: PullRequestParts, spec: Spec): Promise<PullRequestFacts["findings"]> {
  const landed = new Set(
    (await parts.attempts.ofSpec(spec.id)).filter((one) => one.state === "landed").map((one) => one.id),
  );
  const findings: PullRequestFacts["findings"][number][] = [];
  for (let after = 0; ;) {
    const page = await parts.events.read({ after, limit: 500, specId: spec.id });
    const last = page.at(-1);
    if (last === undefined) return findings;
    after = last.seq;
    for (const event of page) {
      if (event.type !== "diff.judged" || event.attemptId === null || !landed.has(event.attemptId)) continue;
      for (const { severity, rule, path, message } of event.payload.findings) {
        if (severity !== "refuse") findings.push({ severity, rule, path, message });
      }
    }
  }
}

async function interventionFacts(
  parts: PullRequestParts,
  spec: Spec,
  of: { readonly tasks: readonly Task[]; readonly attempts: readonly Attempt[] },
): Promise<PullRequestFacts["interventions"]> {
  return (await parts.interventions.ofSpec(spec.id)).map((intervention) => {
    const attempt = of.attempts.find((one) => one.id === intervention.attemptId);
    const task = of.tasks.find((one) => one.id === attempt?.taskId);
    return {
      task: task === undefined ? "?" : label("TSK", task.number),
      attempt: attempt?.number ?? 0,
      kind: intervention.kind,
      reason: intervention.reason,
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

/** Commands that prove everything again in a checkout, bringing the files the checks brought. */
async function verifyCommands(parts: PullRequestParts, spec: Spec): Promise<readonly string[]> {
  const checks = await parts.plans.checks(spec.id);
  const files = new Map(checks.flatMap((check) => check.files.map((file) => [file.path, file.content] as const)));
  const commands = checks.map(({ command, directory }) =>
    directory === "." ? command : `(cd ${shellWord(directory)} && ${command})`,
  );
  return [
    `omoios pr take ${label("SPC", spec.number)}`,
    `git switch ${spec.branch}`,
    ...[...files].map(([path, content]) => writeFileCommand(path, content)),
    ...new Set(commands),
  ];
}

/** A here-document that writes a file, whatever its lines say. */
function writeFileCommand(path: string, content: string): string {
  let marker = "END_OF_CHECK";
  while (content.split("\n").includes(marker)) marker = `${marker}_`;
  const folder = path.includes("/") ? `mkdir -p ${shellWord(path.slice(0, path.lastIndexOf("/")))} && ` : "";
  return `${folder}cat > ${shellWord(path)} <<'${marker}'\n${content.replace(/\n$/u, "")}\n${marker}`;
}
