import type { RunResult } from "@omoios/contract/run-result";
import { label } from "@omoios/domain/shared/label";
import type { Spec } from "@omoios/domain/spec/spec";
import { criterionStandings, readProof } from "./goal.ts";
import { pullRequestSummary } from "./pull-request-view.ts";
import type { ReadParts } from "./read-parts.ts";
import { attemptsOf, readSpecTasks } from "./task-summary.ts";
import { usageOf } from "./usage.ts";

type RunResultParts = Pick<ReadParts, "plans" | "tasks" | "attempts" | "proofs" | "forge" | "modelCalls" | "publicUrl">;

/** How the run of a spec stands: the last line of `--json`. */
export async function runResult(parts: RunResultParts, spec: Spec): Promise<RunResult> {
  const [proof, read, found, calls] = await Promise.all([
    readProof(parts, spec.id),
    readSpecTasks(parts, spec.id),
    parts.forge.find(spec.id),
    parts.modelCalls.ofSpec(spec.id),
  ]);
  const { tokens, usd } = usageOf(calls);
  return {
    type: "result",
    spec: { id: label("SPC", spec.number), status: spec.status, phase: spec.phase },
    pullRequest: found === null ? null : resultPullRequest(pullRequestSummary(spec, found, parts.publicUrl())),
    criteria: criterionStandings(spec, proof).map(({ criterion, met, evidence }) => ({
      id: criterion.label,
      met,
      evidence: evidence.map(({ id }) => id),
    })),
    tasks: read.tasks.map((task) => ({
      id: label("TSK", task.number),
      status: task.status,
      attempts: attemptsOf(task, read.attempts).length,
    })),
    usage: { tokens, usd },
  };
}

function resultPullRequest(summary: {
  readonly branch: string;
  readonly base: string;
  readonly url: string;
}): RunResult["pullRequest"] {
  return { branch: summary.branch, base: summary.base, url: summary.url };
}
