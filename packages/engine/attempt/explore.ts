import { exploreSchema, readExploration, type ExploreOutput } from "@omoios/contract/phase-explore";
import { programOf, unverifiedClaims, verifyExploration } from "@omoios/domain/spec/exploration";
import { taskLabel } from "@omoios/domain/task/task-label";
import { z } from "zod";
import { projectPrompts } from "../planning/project-prompts.ts";
import { emitPhase, nextOutput } from "../planning/store-outputs.ts";
import type { Prompt, StandardsFiles } from "../ports/prompts.ts";
import type { Sandbox } from "../ports/sandbox.ts";
import { data } from "../prompts/data-block.ts";
import { repositoryInstructions, repositoryOverview } from "../prompts/repository-overview.ts";
import { completeTask } from "../use-cases/settle-task.ts";
import type { AttemptParts, AttemptRun, Ending } from "./attempt-run.ts";
import { enterWorking } from "./enter-state.ts";
import type { Heartbeat } from "./heartbeat.ts";
import { lazyWorkSandbox } from "./lazy-sandbox.ts";
import { step } from "./step.ts";
import { work } from "./work.ts";

export interface ExploreParts extends AttemptParts {
  readonly standards: StandardsFiles;
}

/** Files looked through when a claimed path is looked up. */
const maxPaths = 100_000;
const lookUpWithinMs = 20_000;

const readSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("explored"), output: exploreSchema }),
  z.object({ kind: z.literal("unreadable"), problems: z.array(z.string()) }),
]);
type Read = z.infer<typeof readSchema>;

/**
 * Runs an exploration: an agent reads the repository in a sandbox it cannot write to, and what it hands in becomes the
 * output of EXPLORE, with every claim that code can check looked up. An answer that cannot be read is asked for again by
 * the next attempt, which is given it. Null when it is settled.
 */
export async function explore(parts: ExploreParts, run: AttemptRun, heartbeat: Heartbeat): Promise<Ending | null> {
  const { prompts } = await projectPrompts(parts, run.hub, run.spec.baseCommit);
  await using jail = lazyWorkSandbox(parts, run, { commit: run.spec.baseCommit, heartbeat });
  const brief = await writeBrief(parts, run, prompts.explore);
  await enterWorking(parts, run);
  const notNeeded = () => Promise.resolve(false);
  const worked = await work(parts, run, { sandbox: () => jail.open(), brief, heartbeat, notNeeded });
  if (worked !== null) return worked;
  const read = await step<Read>(parts, run, {
    name: "read",
    output: readSchema,
    admission: true,
    body: async () => readAnswer(parts, run, await jail.open()),
    commit: async ({ tx, emit, attempt }, result) => {
      if (result.kind === "unreadable") return;
      const spec = await parts.specs.get(run.spec.id, tx);
      const outputs = await parts.plans.phaseOutputs(spec.id, tx);
      const output = nextOutput(
        parts,
        { spec, outputs },
        {
          phase: "EXPLORE",
          status: "finished",
          output: result.output,
          madeBy: "explore",
          promptDigest: prompts.explore.digest,
        },
      );
      await parts.specs.patch(tx, spec, { phase: "EXPLORE" });
      await parts.plans.addPhaseOutputs(tx, [output]);
      emitPhase(emit, spec, output);
      const task = await parts.tasks.get(run.task.id, tx);
      await completeTask(parts, { tx, emit }, { attempt, task, move: "finish", reason: null });
    },
  });
  if (read.kind === "explored") return null;
  return {
    kind: "send_back",
    move: "fail",
    feedback: {
      kind: "agent",
      message: "What it found out could not be read",
      items: read.problems.map((message) => ({ subject: "answer", message, tail: null })),
    },
  };
}

async function writeBrief(parts: ExploreParts, run: AttemptRun, prompt: Prompt): Promise<string> {
  const { text } = await step(parts, run, {
    name: "brief",
    output: z.object({ text: z.string() }),
    body: async () => {
      const instructions = await repositoryInstructions(run.hub, run.spec.baseCommit);
      return {
        text: [
          prompt.text.trim(),
          data("request", run.spec.request),
          ...(instructions === null ? [] : [data("instructions", instructions)]),
          ...(run.task.description === "" ? [] : [`A person asks for more:\n${data("reason", run.task.description)}`]),
          ...(await lastAnswer(parts, run)),
        ].join("\n\n"),
      };
    },
    commit: async ({ tx, attempt }, output) => {
      await parts.attempts.patch(tx, attempt, { brief: output.text });
    },
  });
  return text;
}

/** The answer of the attempt before, to be mended: most of the exploring is done then. */
async function lastAnswer(parts: ExploreParts, run: AttemptRun): Promise<readonly string[]> {
  const before = (await parts.attempts.ofTask(run.task.id)).findLast((one) => one.number < run.attempt.number);
  const findings = before?.feedback?.items.map((item) => `- ${item.message}`) ?? [];
  if (before?.agentSummary == null || findings.length === 0) return [];
  return [
    data("your-last-answer", before.agentSummary),
    `It could not be read. Mend all of this, look again only where you have to, and hand in the whole JSON object:\n${findings.join("\n")}`,
  ];
}

async function readAnswer(parts: ExploreParts, run: AttemptRun, sandbox: Sandbox): Promise<Read> {
  const { agentSummary } = await parts.attempts.get(run.attempt.id);
  const answer = readExploration(agentSummary ?? "");
  if (!answer.ok) return { kind: "unreadable", problems: [...answer.problems] };
  const commands = answer.value.testCommands.flatMap(({ command }) => programOf(command) ?? []);
  const [paths, programs, text] = await Promise.all([
    run.hub.listFiles(run.spec.baseCommit, maxPaths),
    programsOf(sandbox, commands),
    repositoryOverview(run.hub, run.spec.baseCommit),
  ]);
  const explored = verifyExploration(answer.value, { paths, programs });
  const output: ExploreOutput = exploreSchema.parse({
    source: "agent",
    text,
    exploration: taskLabel(run.task),
    explored,
    findings: unverifiedClaims(explored),
  });
  return { kind: "explored", output };
}

/** Which of these programs can be started where the agent worked. */
async function programsOf(sandbox: Sandbox, names: readonly string[]): Promise<ReadonlySet<string>> {
  const script = 'for name in "$@"; do command -v -- "$name" >/dev/null 2>&1 && printf "%s\\n" "$name"; done; exit 0';
  const argv = ["/bin/sh", "-c", script, "look", ...new Set(names)];
  const { stdout } = await sandbox.run({ argv, timeoutMs: lookUpWithinMs });
  return new Set(stdout.split("\n").filter((name) => name !== ""));
}
