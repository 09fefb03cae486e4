/** When the watcher acts; all of them are configuration. */
export interface WatchThresholds {
  /** How often the runner beats for a live attempt. */
  readonly heartbeatMs: number;
  /** An attempt without a beat for this long has lost its runner. */
  readonly staleMs: number;
  /** An agent without output, tool use or file change for this long is idle and is nudged. */
  readonly idleMs: number;
  /** An agent still silent this long after a nudge is stuck and its attempt is restarted. */
  readonly stuckMs: number;
  /** Nudges before the restart. */
  readonly nudges: number;
  /** The longest an agent may work in one attempt. */
  readonly attemptMs: number;
}
