import { eventSchema, type EventPayload, type EventType, type StoredEvent } from "@omoios/contract/events";
import type { SpecView } from "@omoios/contract/http-spec";
import type { EvidenceView } from "@omoios/contract/http-task";
import type { SpecStatus } from "@omoios/domain/spec/state";

/** One scripted run, as a server would tell it: what tests of the command line read and print. */
export const specId = "0192f0c0-0000-7000-8000-000000000001";
const projectId = "0192f0c0-0000-7000-8000-000000000002";
const startedAt = Date.parse("2026-03-01T10:00:00.000Z");
export const commit = "3f2a91c0de3f2a91c0de3f2a91c0de3f2a91c0de";

/** A time in the run. */
export function at(ms: number): string {
  return new Date(startedAt + ms).toISOString();
}

/** An event of the run; `seq` and time are given by its place in {@link storyOf}. */
export function event<Type extends EventType>(
  type: Type,
  payload: EventPayload<Type>,
  place = { seq: 1, ms: 0 },
): StoredEvent {
  const envelope = { seq: place.seq, projectId, specId, taskId: null, attemptId: null, at: at(place.ms) };
  return eventSchema.parse({ ...envelope, type, payload });
}

type Told = { readonly [Type in EventType]: readonly [number, Type, EventPayload<Type>] }[EventType];

const task = "TSK-001";
const move = { label: task, title: "Answer GET /health", reason: null, blockedReason: null } as const;
const evidence = {
  task,
  number: 1,
  evidenceId: "e1",
  criterion: "REQ-1.1",
  guard: false,
  command: "node --test test/health.test.js",
} as const;

/** From the request to the pull request. */
export const provenRun: readonly Told[] = [
  [
    0,
    "spec.requested",
    { label: "SPC-1", title: "Add /health", size: "direct", baseBranch: "main", baseCommit: commit },
  ],
  [10, "spec.moved", { label: "SPC-1", from: "draft", to: "planning", reason: null }],
  [20, "phase.ended", { label: "SPC-1", phase: "EXPLORE", version: 1, status: "skipped", summary: "" }],
  [
    400,
    "phase.ended",
    { label: "SPC-1", phase: "TASKS", version: 1, status: "finished", summary: "one task with one check" },
  ],
  [
    450,
    "plan.published",
    {
      label: "SPC-1",
      tickets: ["TKT-001"],
      tasks: [{ label: task, title: move.title }],
      criteria: [{ label: "REQ-1.1", text: "GET /health answers 200" }],
    },
  ],
  [460, "plan.approved", { label: "SPC-1", digest: `sha256:${commit}`, by: "policy" }],
  [470, "spec.moved", { label: "SPC-1", from: "awaiting_approval", to: "executing", reason: null }],
  [500, "task.moved", { ...move, from: "ready", to: "running" }],
  [700, "sandbox.opened", { task, number: 1, provider: "local", isolation: "full", adopted: false }],
  [2000, "diff.judged", { task, number: 1, files: 2, findings: [] }],
  [2400, "evidence.recorded", { ...evidence, subject: "base", passed: false, durationMs: 210 }],
  [3000, "evidence.recorded", { ...evidence, subject: "candidate", passed: true, durationMs: 431 }],
  [3100, "verdict.recorded", { task, number: 1, criterion: "REQ-1.1", met: true, confidence: 0.95, voidReason: null }],
  [3200, "candidate.moved", { task, number: 1, commit, from: "proven", to: "landed", reason: null }],
  [3210, "task.moved", { ...move, from: "landing", to: "complete" }],
  [3300, "pull_request.opened", { label: "SPC-1", branch: "spec/SPC-1-health", base: "main", title: "Add /health" }],
  [3310, "spec.moved", { label: "SPC-1", from: "verifying", to: "in_review", reason: null }],
];

/** A validator refuses until the attempts are used up. */
export const unprovenRun: readonly Told[] = [
  ...provenRun.slice(0, 10),
  [3000, "evidence.recorded", { ...evidence, subject: "candidate", passed: false, durationMs: 431 }],
  [
    3100,
    "attempt.moved",
    {
      task,
      number: 3,
      from: "proving",
      to: "rejected",
      strategy: "fresh_start",
      model: null,
      epoch: 1,
      reason: "REQ-1.1 is not met",
    },
  ],
  [
    3200,
    "task.moved",
    {
      ...move,
      from: "validating",
      to: "blocked",
      reason: "3 attempts did not prove REQ-1.1",
      blockedReason: "criteria",
    },
  ],
  [3210, "spec.attention_raised", { label: "SPC-1", reason: "TSK-001 is blocked: 3 attempts did not prove REQ-1.1" }],
];

/** The events of a story, numbered from 1. */
export function storyOf(told: readonly Told[]): readonly StoredEvent[] {
  return told.map(([ms, type, payload], index) => event(type, payload, { seq: index + 1, ms }));
}

const proof: EvidenceView = {
  id: "0192f0c0-0000-7000-8000-000000000003",
  criterion: "REQ-1.1",
  task,
  attempt: 1,
  command: evidence.command,
  subject: "candidate",
  commit,
  tree: commit,
  environment: "sha256:00",
  exitCode: 0,
  timedOut: false,
  passed: true,
  outputDigest: "sha256:00",
  tail: "ok 1 - health",
  startedAt: at(2600),
  endedAt: at(3031),
  durationMs: 431,
};

/** The spec of the run in a status; proven exactly when it is in review. */
export function specView(status: SpecStatus, change: Partial<SpecView> = {}): SpecView {
  const proven = status === "in_review";
  const branch = "spec/SPC-1-health";
  return {
    id: specId,
    label: "SPC-1",
    project: { id: projectId, name: "shop", source: "/home/ada/shop" },
    title: "Add /health",
    request: "Add a /health page that answers 200",
    size: "direct",
    status,
    phase: "COMPLETE",
    version: 7,
    ...{ pausedReason: null, pausedBy: null, attention: null },
    settings: { agent: "scripted", model: "scripted", approval: "policy" },
    base: { branch: "main", commit },
    branch,
    requestedAt: at(0),
    endedAt: proven ? at(3310) : null,
    assumptions: [],
    goal: { met: proven ? 1 : 0, total: 1 },
    progress: { unmet: proven ? 0 : 1, judged: 0, regressed: 0, history: [] },
    planDigest: `sha256:${commit}`,
    ...{ approval: null, phases: [] },
    plan: { prd: null, requirements: null, design: null, work: null, sync: null, stale: [], standing: [] },
    questions: [],
    requirements: [{ label: "REQ-1", text: "WHEN GET /health is asked, the shop SHALL answer 200", priority: "must" }],
    criteria: [
      {
        label: "REQ-1.1",
        text: "GET /health answers 200",
        requirement: "REQ-1",
        standing: proven ? "met" : "unmet",
        met: proven,
        why: proven ? null : "no candidate has passed its check",
        checks: [],
        tasks: [task],
        evidence: proven ? [proof] : [],
        verdict: null,
      },
    ],
    tickets: [],
    tasks: [],
    pullRequest: proven
      ? {
          spec: "SPC-1",
          state: "open",
          branch,
          base: "main",
          baseCommit: "0".repeat(40),
          headCommit: commit,
          title: "Add /health",
          url: "omoios://SPC-1",
          openedAt: at(3300),
        }
      : null,
    usage: { calls: 2, inputTokens: 900, outputTokens: 334, tokens: 1234, usd: null, byRole: [] },
    ...change,
  };
}
