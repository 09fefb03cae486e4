import {
  agentToolNames,
  type AgentToolCall,
  type AgentToolInput,
  type AgentToolName,
} from "@omoios/contract/agent-tools";
import type { AttemptKind } from "@omoios/domain/attempt/state";
import { FaultError, faultMessage } from "@omoios/domain/shared/fault";
import { label } from "@omoios/domain/shared/label";
import { oneLine, visibleLines } from "@omoios/domain/shared/plain-text";
import type { ToolAnswer } from "../ports/agent-tools.ts";
import { reportDiscovery } from "../discovery/report-discovery.ts";
import { specText } from "../prompts/spec-text.ts";
import { record } from "../use-cases/record.ts";
import { about, named } from "./attempt-event.ts";
import { askQuestion, type AskedQuestion } from "./ask-question.ts";
import type { AttemptParts, AttemptRun } from "./attempt-run.ts";
import type { Heartbeat } from "./heartbeat.ts";

/** A claim that comes sooner after the last one is not stored: nobody reads that fast. */
const progressEveryMs = 5_000;
/** An agent that calls more often than this in one go is not at work. */
const maxCalls = 2_000;

/** The tools an agent is offered: what its brief does not want of it is not there to be called. */
export function offeredTools(kind: AttemptKind): readonly AgentToolName[] {
  switch (kind) {
    case "exploration":
      return ["report_progress", "submit_result"];
    case "resolution":
      return ["report_progress", "read_spec", "submit_result"];
    case "implementation":
    case "base_merge":
    case "validation":
      return agentToolNames;
  }
}

/**
 * What the agent tools do for one attempt. Everything it is told may be hostile: texts are made plain before they are
 * stored, and every write is fenced, so that a call of an attempt that was taken over or is over does nothing.
 */
export function agentToolHandler(
  parts: AttemptParts,
  run: AttemptRun,
  heartbeat: Pick<Heartbeat, "agentState" | "outputAt">,
): (call: AgentToolCall) => Promise<ToolAnswer> {
  let calls = 0;
  return async (call) => {
    calls += 1;
    if (calls > maxCalls) return refused("You have called these tools too often. Go on without them.");
    heartbeat.outputAt = parts.clock.now();
    try {
      return call.tool === "ask_question"
        ? askedAnswer(await askQuestion(parts, run, { input: call.input, heartbeat }))
        : await carryOut(parts, run, call);
    } catch (error) {
      if (error instanceof FaultError && error.fault.kind === "stale") return refused("This attempt is over.");
      if (error instanceof FaultError) return refused(faultMessage(error.fault));
      throw error;
    }
  };
}

function carryOut(
  parts: AttemptParts,
  run: AttemptRun,
  call: Exclude<AgentToolCall, { readonly tool: "ask_question" }>,
): Promise<ToolAnswer> {
  switch (call.tool) {
    case "report_progress":
      return reportProgress(parts, run, call.input);
    case "report_discovery":
      return takeDiscovery(parts, run, call.input);
    case "read_spec":
      return readSpec(parts, run);
    case "submit_result":
      return submitResult(parts, run, call.input);
  }
}

function askedAnswer(asked: AskedQuestion): ToolAnswer {
  switch (asked.kind) {
    case "asked":
      return done("Your question is passed on. End your turn now with one word; you go on here once it is answered.");
    case "answered":
      return refused(`You have asked this before, and the answer was: ${asked.answer}`);
    case "refused":
      return refused(asked.why);
  }
}

async function reportProgress(
  parts: AttemptParts,
  run: AttemptRun,
  input: AgentToolInput<"report_progress">,
): Promise<ToolAnswer> {
  const at = parts.clock.now();
  const progress = { message: oneLine(input.message, 500), percent: input.percent ?? null, at };
  return record(parts, run.project.id, async (tx, emit) => {
    const attempt = await parts.attempts.fence(tx, run.holder);
    const last = attempt.progress?.at ?? null;
    if (last !== null && at.getTime() - last.getTime() < progressEveryMs)
      return refused("Not stored: you said something a moment ago. Work on; once every few minutes is enough.");
    await parts.attempts.patch(tx, attempt, { progress });
    const { message, percent } = progress;
    emit({ type: "progress.claimed", ...about(run), payload: { ...named(run), message, percent } });
    return done("Noted.");
  });
}

async function takeDiscovery(
  parts: AttemptParts,
  run: AttemptRun,
  input: AgentToolInput<"report_discovery">,
): Promise<ToolAnswer> {
  const reported = await reportDiscovery(parts, run, {
    title: oneLine(input.title, 120),
    description: visibleLines(input.description, 4000),
    why: oneLine(input.why, 1000),
    files: input.files.map((path) => oneLine(path, 300)),
    criterion: oneLine(input.criterion, 600),
    check: input.check ?? null,
    requirement: input.requirement === null || input.requirement === undefined ? null : oneLine(input.requirement, 600),
  });
  switch (reported.kind) {
    case "accepted":
      return done(`It becomes a task of its own, ${label("TSK", reported.task.number)}. Leave it to that and go on.`);
    case "inbox":
      return done(`A person decides about it: ${reported.discovery.reason ?? ""}. Leave it and go on with your task.`);
    case "known":
      return done("This was reported before. Leave it and go on with your task.");
    case "dropped":
      return refused(`Not considered: an attempt may report ${reported.limit}. Go on with your task.`);
  }
}

async function readSpec(parts: AttemptParts, run: AttemptRun): Promise<ToolAnswer> {
  const [requirements, outputs] = await Promise.all([
    parts.plans.requirements(run.spec.id),
    parts.plans.phaseOutputs(run.spec.id),
  ]);
  return done(specText({ spec: run.spec, task: run.task, requirements, criteria: run.goal.criteria, outputs }));
}

/** A summary that is stored at once outlives an agent that dies before it ends. */
async function submitResult(
  parts: AttemptParts,
  run: AttemptRun,
  input: AgentToolInput<"submit_result">,
): Promise<ToolAnswer> {
  const files = (input.files ?? []).map((path) => `- ${oneLine(path, 300)}`);
  // What an exploration hands in is its answer, and is read as it is.
  const agentSummary =
    run.task.kind === "work" ? [visibleLines(input.summary, 4000), ...files].join("\n") : input.summary;
  await parts.database.transaction(async (tx) => {
    await parts.attempts.patch(tx, await parts.attempts.fence(tx, run.holder), { agentSummary });
  });
  return done("Handed in. End now with one word; the checks decide.");
}

function done(text: string): ToolAnswer {
  return { text, isError: false };
}

function refused(text: string): ToolAnswer {
  return { text, isError: true };
}
