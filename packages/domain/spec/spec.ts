import type { PausedBy, Phase, SpecSize, SpecStatus } from "./state.ts";

/** One feature request and everything planned for it. */
export interface Spec {
  readonly id: string;
  readonly projectId: string;
  /** Counted per project; shown as `SPC-7`. */
  readonly number: number;
  readonly request: string;
  readonly title: string;
  readonly size: SpecSize;
  readonly status: SpecStatus;
  readonly phase: Phase;
  readonly version: number;
  /** Overlay: work is held for this reason. */
  readonly pausedReason: string | null;
  /** When it goes on by itself; null while it is not paused, or a person has to end the pause. */
  readonly pausedUntil: Date | null;
  /** Who holds it; null when nobody does. */
  readonly pausedBy: PausedBy | null;
  /** Overlay: what a person has to look at before this goes on. */
  readonly attention: string | null;
  readonly settings: SpecSettings;
  readonly baseBranch: string;
  readonly baseCommit: string;
  readonly branch: string;
  readonly assumptions: readonly string[];
  readonly requestedAt: Date;
  readonly endedAt: Date | null;
}

/** What was chosen when the spec was requested. */
export interface SpecSettings {
  readonly agent: string;
  readonly model: string;
  /** `policy`: the plan is approved by `--yes`. `person`: somebody has to say so. */
  readonly approval: "policy" | "person";
}
