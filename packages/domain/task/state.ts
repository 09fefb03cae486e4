import type { MoveTable } from "../shared/moves.ts";

export const taskStatuses = [
  "pending",
  "ready",
  "running",
  "validating",
  "landing",
  "complete",
  "retrying",
  "blocked",
  "failed",
  "cancelled",
] as const;
export type TaskStatus = (typeof taskStatuses)[number];
export type TaskMove =
  "ready" | "wait" | "start" | "validate" | "land" | "complete" | "retry" | "requeue" | "block" | "fail" | "cancel";

/**
 * A running task completes without landing when its criteria turn out to be met already.
 * `requeue` gives a task whose attempt was parked, or whose retry delay is over, back to admission.
 * A person's `retry` of a blocked or failed task is the same move; its dependents then `wait` again.
 */
export const taskMoves = {
  pending: { ready: "ready", block: "blocked", cancel: "cancelled" },
  ready: { start: "running", block: "blocked", cancel: "cancelled" },
  running: {
    validate: "validating",
    complete: "complete",
    retry: "retrying",
    requeue: "ready",
    block: "blocked",
    fail: "failed",
    cancel: "cancelled",
  },
  validating: {
    land: "landing",
    start: "running",
    retry: "retrying",
    requeue: "ready",
    block: "blocked",
    fail: "failed",
    cancel: "cancelled",
  },
  landing: {
    complete: "complete",
    validate: "validating",
    start: "running",
    retry: "retrying",
    requeue: "ready",
    block: "blocked",
    fail: "failed",
    cancel: "cancelled",
  },
  complete: {},
  retrying: { requeue: "ready", block: "blocked", cancel: "cancelled" },
  blocked: { requeue: "ready", wait: "pending", cancel: "cancelled" },
  failed: { requeue: "ready", cancel: "cancelled" },
  cancelled: {},
} as const satisfies MoveTable<TaskStatus, TaskMove>;

/** Nothing more comes of such a task unless a person asks for it. */
export const overTaskStatuses: readonly TaskStatus[] = ["complete", "failed", "cancelled"];

/** exploration: an agent reads the repository for the planner; such a task is part of no plan and lands nothing. */
export const taskKinds = ["work", "exploration"] as const;
export type TaskKind = (typeof taskKinds)[number];

export const taskPriorities = ["critical", "high", "medium", "low"] as const;
export type TaskPriority = (typeof taskPriorities)[number];

/**
 * Why a task is blocked; each says who can unblock it. question: its agent waits for an answer, in a parked attempt.
 * replan: a planner is at it, nobody has to do anything.
 */
export const blockedReasons = [
  "criteria",
  "attempts",
  "dependency",
  "policy",
  "conflict",
  "question",
  "replan",
] as const;
export type BlockedReason = (typeof blockedReasons)[number];
