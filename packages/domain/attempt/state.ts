import type { MoveTable } from "../shared/moves.ts";

export const attemptStates = [
  "queued",
  "provisioning",
  "working",
  "collecting",
  "proving",
  "landed",
  "rejected",
  "failed",
  "lost",
  "cancelled",
  "finished",
  "parked",
] as const;
export type AttemptState = (typeof attemptStates)[number];
export type AttemptMove =
  "claim" | "work" | "collect" | "prove" | "land" | "reject" | "fail" | "lose" | "cancel" | "finish" | "park" | "wake";

const ending = { fail: "failed", lose: "lost", cancel: "cancelled" } as const;

/**
 * `claim` is legal in every live state: a worker that takes over a dead one's attempt walks the same states again while
 * the ledger skips what is done. `finish` ends an attempt that lands nothing.
 */
export const attemptMoves = {
  queued: { claim: "provisioning", park: "parked", ...ending },
  provisioning: { claim: "provisioning", work: "working", park: "parked", ...ending },
  working: { claim: "provisioning", collect: "collecting", finish: "finished", park: "parked", ...ending },
  collecting: {
    claim: "provisioning",
    prove: "proving",
    reject: "rejected",
    finish: "finished",
    park: "parked",
    ...ending,
  },
  proving: { claim: "provisioning", land: "landed", reject: "rejected", finish: "finished", park: "parked", ...ending },
  landed: {},
  rejected: {},
  failed: {},
  lost: {},
  cancelled: {},
  finished: {},
  parked: { wake: "queued", ...ending },
} as const satisfies MoveTable<AttemptState, AttemptMove>;

/** States in which an attempt holds its task: at most one attempt of a task is in one of them. */
export const liveAttemptStates = [
  "queued",
  "provisioning",
  "working",
  "collecting",
  "proving",
  "parked",
] as const satisfies readonly AttemptState[];

export function isLiveAttempt(state: AttemptState): state is (typeof liveAttemptStates)[number] {
  return (liveAttemptStates as readonly AttemptState[]).includes(state);
}

/**
 * A resolution merges work that conflicts with what landed meanwhile. A base merge is git's own merge of the user's base
 * branch, made without an agent. A validation judges another attempt's candidate.
 */
export const attemptKinds = ["implementation", "exploration", "resolution", "base_merge", "validation"] as const;
export type AttemptKind = (typeof attemptKinds)[number];

/**
 * How an attempt goes about its task. first: nothing was tried before. mend: with what was found in the attempt before.
 * After two failures of one kind: other_model: the same, by another model. fresh_start: told what was tried twice and
 * must not be tried again.
 */
export const attemptStrategies = ["first", "mend", "other_model", "fresh_start"] as const;
export type AttemptStrategy = (typeof attemptStrategies)[number];

/** What can be seen of an agent from outside; derived by `domain/watch`, never claimed by the agent. waiting: it has asked. */
export const agentStates = ["starting", "active", "idle", "stuck", "waiting", "finished", "failed"] as const;
export type AgentState = (typeof agentStates)[number];
