import type { ApiClient } from "../client/api-client.ts";
import { followEvents } from "../client/event-stream.ts";
import type { ExampleRepository } from "./example-repository.ts";

export interface MeanwhileOptions {
  readonly client: ApiClient;
  readonly spec: string;
  readonly repository: ExampleRepository;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
  /** Hears of the commit when it is there. */
  readonly onCommit: (commit: string) => void;
}

/** Somebody else commits to the base branch as soon as an agent is at the first task, as people do. */
export async function commitMeanwhile(options: MeanwhileOptions): Promise<void> {
  const { client, spec, signal, repository } = options;
  // A lost connection is told by whoever tells the run.
  const quietly = { onConnection: () => undefined, patienceMs: Infinity };
  for await (const event of followEvents(client, { after: 0, spec, signal, ...quietly })) {
    if (event.type !== "attempt.moved" || event.payload.to !== "working") continue;
    if (!event.payload.task.startsWith("TSK-")) continue;
    options.onCommit(await repository.commitMeanwhile());
    return;
  }
}
