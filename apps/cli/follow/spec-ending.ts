import type { StoredEvent } from "@omoios/contract/events";
import type { SpecStatus } from "@omoios/domain/spec/state";
import type { BlockedReason } from "@omoios/domain/task/state";
import { exitCodes, type ExitCode } from "../exit-code.ts";

/** What the end of a run depends on, folded from the events of one spec. */
export interface SpecStanding {
  readonly status: SpecStatus;
  /** What a person has to look at, or null. */
  readonly attention: string | null;
  /** Why nothing of it starts: its budget is used up. A person's pause ends nothing: who paused will let it go on. */
  readonly paused: string | null;
  /** Why each blocked task is blocked, by label. */
  readonly blocked: ReadonlyMap<string, BlockedReason>;
}

/** The standing after an event; events of other kinds change nothing. */
export function foldStanding(standing: SpecStanding, event: StoredEvent): SpecStanding {
  switch (event.type) {
    case "spec.moved":
      return { ...standing, status: event.payload.to };
    case "spec.attention_raised":
      return { ...standing, attention: event.payload.reason };
    case "spec.attention_cleared":
      return { ...standing, attention: null };
    case "spec.paused":
      return event.payload.cause === "budget" ? { ...standing, paused: event.payload.reason } : standing;
    case "spec.resumed":
      return { ...standing, paused: null };
    case "task.moved": {
      const blocked = new Map(standing.blocked);
      blocked.delete(event.payload.label);
      if (event.payload.to === "blocked") blocked.set(event.payload.label, event.payload.blockedReason ?? "attempts");
      return { ...standing, blocked };
    }
    default:
      return standing;
  }
}

/** Reasons that mean: the work did not prove its criteria. The other ones wait for somebody's decision. */
const unprovenReasons: readonly BlockedReason[] = ["criteria", "attempts"];

/**
 * The exit code with which a run ends here, or null while it goes on. `approval` says who approves its plan: a plan that
 * waits for a policy does not wait for a person.
 */
export function endingOf(standing: SpecStanding, approval: "policy" | "person"): ExitCode | null {
  switch (standing.status) {
    case "in_review":
    case "merged":
    // Proven as well: its criteria were met before any work, or a person closed its pull request.
    case "closed":
      return exitCodes.done;
    case "failed":
    case "cancelled":
      return exitCodes.notProven;
    case "awaiting_approval":
      if (approval === "person") return exitCodes.waitingForPerson;
      if (standing.paused !== null) return exitCodes.budget;
      return standing.attention === null ? null : exitCodes.waitingForPerson;
    case "draft":
    case "planning":
    case "executing":
    case "verifying":
      if (standing.paused !== null) return exitCodes.budget;
      if (standing.attention === null) return null;
      return [...standing.blocked.values()].some((reason) => unprovenReasons.includes(reason))
        ? exitCodes.notProven
        : exitCodes.waitingForPerson;
  }
}
