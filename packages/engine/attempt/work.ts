import { z } from "zod";
import type { AgentOutcome, AgentRuntime, AgentSession } from "../ports/agent-runtime.ts";
import type { Door } from "../ports/gateway.ts";
import type { Sandbox } from "../ports/sandbox.ts";
import { meterCall } from "../use-cases/meter-call.ts";
import { agentToolHandler, offeredTools } from "./agent-tools.ts";
import { AgentWatch } from "./agent-watch.ts";
import type { AttemptParts, AttemptRun, Ending } from "./attempt-run.ts";
import type { Heartbeat } from "./heartbeat.ts";
import { AwaitsAnswer, MessageDelivery, refuseUnanswered, tellingAtStart, type Telling } from "./messages.ts";
import { step } from "./step.ts";

const workSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("submitted"), summary: z.string() }),
  z.object({ kind: z.literal("ended"), summary: z.string().nullable() }),
  z.object({ kind: z.literal("crashed"), message: z.string() }),
  z.object({ kind: z.literal("stuck"), message: z.string() }),
  z.object({ kind: z.literal("already_met") }),
]);
type Work = z.infer<typeof workSchema>;

/** Lets the agent work until it ends, is stuck, or turns out not to be needed. Null means: there is work to collect. */
export async function work(
  parts: AttemptParts,
  run: AttemptRun,
  with_: {
    readonly sandbox: () => Promise<Sandbox>;
    readonly brief: string;
    readonly heartbeat: Heartbeat;
    /** Resolves to true when the checks turn out to be green before any work. */
    readonly notNeeded: () => Promise<boolean>;
  },
): Promise<Ending | null> {
  const done = await step<Work>(parts, run, {
    name: "work",
    output: workSchema,
    body: async () => {
      await refuseUnanswered(parts, run);
      const sandbox = await with_.sandbox();
      const runtime = runtimeOf(parts, run);
      await using door = runtime.usesModels ? await openDoor(parts, run, sandbox) : null;
      await using tools = await parts.agentTools.open({
        ...{ sandbox, loopback: runtime.reachesTools === "loopback" },
        offered: offeredTools(run.attempt.kind),
        carryOut: agentToolHandler(parts, run, with_.heartbeat),
      });
      const told = await tellingAtStart(parts, run);
      const session = await runtime.start({
        sandbox,
        models: door?.access ?? null,
        tools: tools.access,
        specId: run.spec.id,
        taskTitle: run.task.title,
        attemptNumber: run.attempt.number,
        kind: run.attempt.kind,
        turn: await turnOf(parts, run),
        brief: with_.brief,
        messages: told.texts,
        signal: run.signal,
      });
      return await attend(parts, run, { ...with_, sandbox, session, told });
    },
    commit: async ({ tx, attempt }, output) => {
      const agentState =
        output.kind === "submitted" || output.kind === "ended" || output.kind === "already_met" ? "finished" : "failed";
      // What it handed in by its tool says more than how it ended.
      const agentSummary = attempt.agentSummary ?? ("summary" in output ? output.summary : null);
      await parts.attempts.patch(tx, attempt, { agentState, agentSummary });
    },
  });
  switch (done.kind) {
    case "submitted":
    case "ended":
      return null;
    case "already_met":
      return { kind: "already_met" };
    case "crashed":
      return sendBack("agent", `The agent ended abnormally: ${done.message}`);
    case "stuck":
      return sendBack("stuck", done.message);
  }
}

/** How many attempts of its kind there were at the task, this one included. */
async function turnOf(parts: AttemptParts, run: AttemptRun): Promise<number> {
  const attempts = await parts.attempts.ofTask(run.task.id);
  return attempts.filter((one) => one.kind === run.attempt.kind && one.number <= run.attempt.number).length;
}

/** The agent's way to its model; what it cannot go on without holds the attempt. */
async function openDoor(parts: AttemptParts, run: AttemptRun, sandbox: Sandbox): Promise<Door> {
  const role = run.attempt.kind === "exploration" ? "explore" : "agent";
  const attempt = { id: run.attempt.id, taskId: run.task.id, epoch: run.holder.epoch };
  return parts.gateway.open({
    sandbox,
    model: run.attempt.model ?? parts.agentModel,
    meter: ({ model, promptDigest, ...call }) =>
      meterCall(parts, { specId: run.spec.id, attempt, role, model, promptDigest }, call),
    onStop: run.hold,
  });
}

function sendBack(kind: "agent" | "stuck", message: string): Ending {
  return { kind: "send_back", move: "fail", feedback: { kind, message, items: [] } };
}

function runtimeOf(parts: AttemptParts, run: AttemptRun): AgentRuntime {
  const runtime = parts.agents.get(run.attempt.agent);
  if (runtime === undefined) throw new Error(`No runtime for agent ${run.attempt.agent}`);
  return runtime;
}

async function attend(
  parts: AttemptParts,
  run: AttemptRun,
  at: {
    readonly sandbox: Sandbox;
    readonly session: AgentSession;
    readonly told: Telling;
    readonly heartbeat: Heartbeat;
    readonly notNeeded: () => Promise<boolean>;
  },
): Promise<Work> {
  const { session, heartbeat } = at;
  const failure = Promise.withResolvers<never>();
  await using watching = new AgentWatch(parts, run, { session, heartbeat, onError: failure.reject });
  await using _messages = new MessageDelivery(parts, run, { session, told: at.told, onError: failure.reject });
  using _changes = asDisposable(at.sandbox.onChange(() => watching.saw()));
  const notNeeded = at.notNeeded().then(async (met) => {
    if (met) await session.stop();
    return met;
  });
  const ended = async () => {
    await pump(parts, run, { session, watching });
    return session.outcome;
  };
  try {
    const outcome = await Promise.race([ended(), failure.promise, notNeeded.then(() => new Promise<never>(() => {}))]);
    run.signal.throwIfAborted();
    if (heartbeat.agentState === "waiting") throw new AwaitsAnswer();
    return await interpret(outcome, watching, notNeeded);
  } finally {
    await session.stop();
  }
}

async function pump(
  parts: AttemptParts,
  run: AttemptRun,
  from: { readonly session: AgentSession; readonly watching: AgentWatch },
): Promise<void> {
  for await (const { stream, text } of from.session.activity) {
    from.watching.saw();
    await parts.logs.append(run.attempt.id, { at: parts.clock.now().toISOString(), source: "agent", stream, text });
  }
}

async function interpret(outcome: AgentOutcome, watching: AgentWatch, notNeeded: Promise<boolean>): Promise<Work> {
  if (watching.restartReason !== null) return { kind: "stuck", message: watching.restartReason };
  if (outcome.kind !== "stopped") return outcome;
  if (await notNeeded) return { kind: "already_met" };
  return { kind: "crashed", message: "it was stopped from outside" };
}

function asDisposable(stop: () => void): Disposable {
  return { [Symbol.dispose]: stop };
}
