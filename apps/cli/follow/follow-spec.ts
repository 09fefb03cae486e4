import type { StoredEvent } from "@omoios/contract/events";
import { apiPaths } from "@omoios/contract/http";
import { eventPageSchema } from "@omoios/contract/http-system";
import { specViewSchema, type SpecView } from "@omoios/contract/http-spec";
import type { ApiClient } from "../client/api-client.ts";
import { followEvents } from "../client/event-stream.ts";
import type { ExitCode } from "../exit-code.ts";
import { endingOf, foldStanding, type SpecStanding } from "./spec-ending.ts";

export interface FollowSpecOptions {
  /** The id of the spec. */
  readonly spec: string;
  /** Position of the last event that was told already. */
  readonly after: number;
  readonly signal: AbortSignal;
  readonly onEvent: (event: StoredEvent) => void;
  readonly onConnection: (state: "lost" | "back") => void;
  readonly patienceMs: number;
}

/**
 * Tells the story of a spec from a position on until it has ended or waits for a person, and returns the exit code
 * that stands for that; null when `signal` came first. Old troubles are told, not obeyed: only what holds now, or
 * happens from now on, ends the run.
 */
export async function followSpec(client: ApiClient, options: FollowSpecOptions): Promise<ExitCode | null> {
  const { latest } = await client.get(apiPaths.events, eventPageSchema, { after: 0, limit: 1 });
  const spec = await client.get(apiPaths.spec(options.spec), specViewSchema);
  const approval = spec.settings.approval;
  const ended = endingOf(standingOf(spec), approval);
  if (ended !== null) {
    await replay(client, options, { after: options.after });
    return ended;
  }
  let standing: SpecStanding = standingOf(spec);
  for await (const event of followEvents(client, options)) {
    options.onEvent(event);
    standing = foldStanding(standing, event);
    const ending = event.seq > latest ? endingOf(standing, approval) : null;
    if (ending === null) continue;
    // What belongs to the same change, such as the pull request of a spec in review, comes right after it.
    await replay(client, options, { after: event.seq });
    return ending;
  }
  return null;
}

/** Tells what the log holds after a position. */
async function replay(client: ApiClient, options: FollowSpecOptions, from: { readonly after: number }): Promise<void> {
  for (let { after } = from; !options.signal.aborted;) {
    const page = await client.get(apiPaths.events, eventPageSchema, { after, limit: 1000, spec: options.spec });
    page.items.forEach(options.onEvent);
    if (page.items.length === 0 || page.next <= after) return;
    after = page.next;
  }
}

/** The standing a spec has now. */
function standingOf(spec: SpecView): SpecStanding {
  const blocked = spec.tasks.flatMap((task) =>
    task.status === "blocked" ? [[task.label, task.blockedReason ?? "attempts"] as const] : [],
  );
  const paused = spec.pausedBy === "budget" ? spec.pausedReason : null;
  return { status: spec.status, attention: spec.attention, paused, blocked: new Map(blocked) };
}
