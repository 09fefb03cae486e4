import type { StoredEvent } from "@omoios/contract/events";
import type { Attempt } from "@omoios/domain/attempt/attempt";
import { runAttempt } from "../use-cases/run-attempt.ts";
import type { PlannedWork } from "./planned-work.ts";
import type { TestEngine } from "./test-engine.ts";

/** The newest attempt at a task. */
export async function newestAttempt(engine: TestEngine, work: PlannedWork, title: string): Promise<Attempt> {
  const attempt = (await engine.attempts.ofTask((await work.task(title)).id)).at(-1);
  if (attempt === undefined) throw new Error(`${title} has had no attempt`);
  return attempt;
}

/** Runs the newest attempt at a task with the job that was sent for it, as the queue would. */
export async function runNewest(
  engine: TestEngine,
  work: PlannedWork,
  run: { readonly title: string; readonly signal?: AbortSignal },
): Promise<void> {
  const attempt = await newestAttempt(engine, work, run.title);
  await runJob(engine, attempt, run.signal);
}

export async function runJob(engine: TestEngine, attempt: Attempt, signal = new AbortController().signal) {
  await runAttempt(engine, { id: attempt.jobId, subjectId: attempt.id }, signal);
}

/** Everything that happened so far. */
export async function allEvents(engine: TestEngine): Promise<readonly StoredEvent[]> {
  return engine.events.read({ after: 0, limit: 10_000 });
}

/** Waits until something like this has happened. */
export async function happened(engine: TestEngine, matches: (event: StoredEvent) => boolean): Promise<void> {
  const found = Promise.withResolvers<void>();
  const look = () => {
    allEvents(engine).then((events) => {
      if (events.some(matches)) found.resolve();
    }, found.reject);
  };
  using _subscription = engine.events.subscribe(look);
  look();
  await found.promise;
}
