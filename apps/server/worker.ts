import { registerHandlers } from "@omoios/engine/loops/handlers";
import { StaleAttempts } from "@omoios/engine/loops/stale-attempts";
import { recover, type Recovery } from "@omoios/engine/use-cases/recover";
import type { App } from "./compose.ts";

/** Handlers get this long to park what they are doing. */
const stopMs = 9000;

/** The loops of a process that does work. Disposing parks what runs; the queue keeps the rest. */
export interface Worker extends AsyncDisposable {
  readonly recovery: Recovery;
}

/** Takes up what the last process left, then takes work. */
export async function startWorker(app: App, onError: (error: unknown, during: string) => void): Promise<Worker> {
  await using starting = new AsyncDisposableStack();
  await app.queue.start();
  starting.defer(() => app.queue.stop(stopMs));
  const recovery = await recover(app);
  starting.use(new StaleAttempts({ ...app, onError: (cause) => onError(cause, "looking for stale attempts") }));
  await registerHandlers(app);
  const running = starting.move();
  return { recovery, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
