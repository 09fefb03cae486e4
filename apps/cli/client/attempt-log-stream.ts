import { setTimeout as pause } from "node:timers/promises";
import { logPageSchema, type LogPage } from "@omoios/contract/attempt-log";
import { apiPaths } from "@omoios/contract/http";
import type { ApiClient } from "./api-client.ts";

const reconnectMs = 500;

export interface FollowLogOptions {
  readonly attemptId: string;
  /** Where to begin, in bytes. */
  readonly offset: number;
  readonly signal: AbortSignal;
}

/** Pages of an attempt's log as it grows, until the log has ended. A lost connection goes on at the last page. */
export async function* followAttemptLog(
  client: ApiClient,
  options: FollowLogOptions,
): AsyncGenerator<LogPage, void, void> {
  let { offset } = options;
  while (!options.signal.aborted) {
    for await (const page of connection(client, { ...options, offset })) {
      yield page;
      if (page.ended) return;
      offset = page.next;
    }
    if (!options.signal.aborted) await pause(reconnectMs);
  }
}

async function* connection(client: ApiClient, options: FollowLogOptions): AsyncGenerator<LogPage, void, void> {
  try {
    const body = await client.open(
      apiPaths.attemptLogStream(options.attemptId),
      { offset: options.offset },
      options.signal,
    );
    let rest = "";
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines)
        if (line.startsWith("data: ")) yield logPageSchema.parse(JSON.parse(line.slice("data: ".length)));
    }
  } catch (error) {
    if (options.signal.aborted || isBroken(error)) return;
    throw error;
  }
}

/** A stream that ends in the middle is a lost connection; a server that is not there any more is not. */
function isBroken(error: unknown): boolean {
  return error instanceof TypeError;
}
