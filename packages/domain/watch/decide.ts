import type { AgentState } from "../attempt/state.ts";
import { durationText } from "../shared/duration.ts";
import type { WatchThresholds } from "./thresholds.ts";

/** What is known of a working agent from outside. */
export interface WatchedAgent {
  readonly startedAt: Date;
  /** When output, tool use or a file change was last seen; null before the first. */
  readonly outputAt: Date | null;
  /** The runner's last beat; null before the first. */
  readonly beatAt: Date | null;
  /** When it was nudged, in any order. */
  readonly nudges: readonly Date[];
  readonly now: Date;
}

export type WatchAct =
  | { readonly kind: "none" }
  | { readonly kind: "nudge"; readonly reason: string }
  | { readonly kind: "restart"; readonly reason: string };

export interface WatchDecision {
  readonly agentState: AgentState;
  readonly act: WatchAct;
  /** The next moment at which the decision can be another one if nothing is seen until then; always after `now`. */
  readonly lookAgainAt: Date;
}

/**
 * What to do about an agent, from times alone. Silence for `idleMs` makes it idle and earns a nudge; silence for
 * `stuckMs` after a nudge earns the next one or, when `nudges` of them went unanswered, makes it stuck and restarts the
 * attempt. Any sign of life starts over, so a slow build that talks is left alone; only `attemptMs` ends that too.
 *
 * Without a fresh beat nobody was there to see signs of life, so silence proves nothing and nothing is done: whoever
 * looks for stale attempts takes this one over.
 */
export function watch(agent: WatchedAgent, thresholds: WatchThresholds): WatchDecision {
  const now = agent.now.getTime();
  const endsAt = agent.startedAt.getTime() + thresholds.attemptMs;
  const silence = silenceOf(agent, thresholds);
  const beat = new Date(now + thresholds.heartbeatMs);
  if (isStale(agent.beatAt ?? agent.startedAt, thresholds, agent.now)) {
    return { agentState: silence.agentState, act: { kind: "none" }, lookAgainAt: beat };
  }
  if (now >= endsAt) {
    const reason = `The attempt has taken ${durationText(now - agent.startedAt.getTime())}, longer than the ${durationText(thresholds.attemptMs)} it may take`;
    return { agentState: silence.agentState, act: { kind: "restart", reason }, lookAgainAt: beat };
  }
  if (silence.act.kind === "restart") return { agentState: "stuck", act: silence.act, lookAgainAt: beat };
  const { agentState, act, changesAt } = silence;
  return { agentState, act, lookAgainAt: new Date(Math.min(changesAt, endsAt)) };
}

/** True when a live attempt has been without a beat for so long that its runner must be gone. */
export function isStale(beatAt: Date, thresholds: Pick<WatchThresholds, "staleMs">, now: Date): boolean {
  return now.getTime() - beatAt.getTime() >= thresholds.staleMs;
}

interface Silence {
  readonly agentState: AgentState;
  readonly act: WatchAct;
  /** When more silence changes the decision. */
  readonly changesAt: number;
}

function silenceOf(agent: WatchedAgent, thresholds: WatchThresholds): Silence {
  const now = agent.now.getTime();
  const lifeAt = Math.max(agent.startedAt.getTime(), agent.outputAt?.getTime() ?? 0);
  const unanswered = agent.nudges.map((nudge) => nudge.getTime()).filter((nudge) => nudge > lifeAt);
  const idleAt = lifeAt + thresholds.idleMs;
  if (unanswered.length === 0 && now < idleAt) {
    const agentState = agent.outputAt === null ? "starting" : "active";
    return { agentState, act: { kind: "none" }, changesAt: idleAt };
  }
  const about = `No output, tool use or file change for ${durationText(now - lifeAt)}`;
  if (unanswered.length === 0 && thresholds.nudges > 0) {
    return { agentState: "idle", act: { kind: "nudge", reason: about }, changesAt: now + thresholds.stuckMs };
  }
  const patienceEndsAt = Math.max(idleAt, ...unanswered) + thresholds.stuckMs;
  if (now < patienceEndsAt) return { agentState: "idle", act: { kind: "none" }, changesAt: patienceEndsAt };
  const reason = `${about}, ${unanswered.length === 1 ? "1 nudge" : `${unanswered.length} nudges`} unanswered`;
  if (unanswered.length < thresholds.nudges) {
    return { agentState: "idle", act: { kind: "nudge", reason }, changesAt: now + thresholds.stuckMs };
  }
  return { agentState: "stuck", act: { kind: "restart", reason }, changesAt: now };
}
