import type { Attempt, FeedbackKind } from "@omoios/domain/attempt/attempt";
import type { AttemptState } from "@omoios/domain/attempt/state";
import { parkAttempt } from "../use-cases/park-attempt.ts";
import { record } from "../use-cases/record.ts";
import { completeTask, sendBack } from "../use-cases/settle-task.ts";
import type { TestEngine } from "./test-engine.ts";

/** Ends attempts the way their stages do, without an agent, for tests of what follows. */

/** Claims an attempt for its job, as a runner does. */
export async function claimNow(engine: TestEngine, { id, jobId }: Attempt): Promise<Attempt> {
  return engine.database.transaction(async (tx) => {
    const claimed = await engine.attempts.claim(tx, { id, jobId, at: engine.clock.now() });
    if (claimed === null) throw new Error(`Attempt ${id} cannot be claimed`);
    return claimed;
  });
}

/** The attempt's criteria turn out to be met: its task is complete. */
export async function finishNow(engine: TestEngine, attempt: Attempt): Promise<void> {
  const claimed = await claimNow(engine, attempt);
  await record(engine, attempt.projectId, async (tx, emit) => {
    await engine.admission.lock(tx);
    const working = await engine.attempts.move(tx, claimed, { move: "work" });
    const task = await engine.tasks.get(attempt.taskId, tx);
    await completeTask(engine, { tx, emit }, { attempt: working, task, move: "finish", reason: "already met" });
  });
}

/** The attempt did not succeed. */
export async function failNow(engine: TestEngine, attempt: Attempt, kind: FeedbackKind = "agent"): Promise<void> {
  await record(engine, attempt.projectId, async (tx, emit) => {
    await engine.admission.lock(tx);
    const seen = await engine.attempts.get(attempt.id, tx);
    const task = await engine.tasks.get(attempt.taskId, tx);
    const feedback = { kind, message: `It was sent back: ${kind}`, items: [] };
    await sendBack(engine, { tx, emit }, { attempt: seen, task, move: "fail", feedback });
  });
}

/** The server stops under a claimed attempt. */
export async function parkNow(engine: TestEngine, attempt: Attempt): Promise<void> {
  const claimed = await claimNow(engine, attempt);
  await parkAttempt(engine, claimed, { reason: "the server was stopped", until: "stopped" });
}

/** Attempts a runner could take. */
export async function queued(engine: TestEngine): Promise<readonly Attempt[]> {
  const states: readonly AttemptState[] = ["queued"];
  return engine.attempts.inStates(states);
}
