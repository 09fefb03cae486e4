import { bareWords } from "../spec/gate.ts";
import type { DiscoveryState } from "./state.ts";

/** Work an agent came upon that is not its own: told by the agent, so a claim in every word. */
export interface FoundWork {
  readonly title: string;
  readonly description: string;
  /** Why it has to be done for this feature. */
  readonly why: string;
  readonly files: readonly string[];
  readonly criterion: string;
  /** A shell command that fails now and succeeds once the criterion is met. */
  readonly check: string | null;
  /** The requirement it is for, when none of the spec's covers it. */
  readonly requirement: string | null;
}

/** One report, with what became of it. */
export interface Discovery extends FoundWork {
  readonly id: string;
  readonly projectId: string;
  readonly specId: string;
  /** Counted per project; shown as `DSC-3`. */
  readonly number: number;
  /** Who found it. */
  readonly taskId: string;
  readonly attemptId: string;
  /** 1: found at a planned task. 2: found at a task that was itself discovered. */
  readonly depth: number;
  readonly state: DiscoveryState;
  readonly version: number;
  /** Why it waits for a person, or why it was dismissed. */
  readonly reason: string | null;
  readonly decidedBy: "policy" | "person" | null;
  /** The task it became. */
  readonly becameTaskId: string | null;
  /** Digest of exactly what was accepted. */
  readonly digest: string | null;
  /** How often it was reported. */
  readonly reports: number;
  readonly reportedAt: Date;
  readonly decidedAt: Date | null;
}

/** True when two reports are of one thing: the same words for it and the same files. */
export function isSameWork(
  one: Pick<FoundWork, "title" | "files">,
  other: Pick<FoundWork, "title" | "files">,
): boolean {
  return bareWords(one.title) === bareWords(other.title) && fileKey(one.files) === fileKey(other.files);
}

function fileKey(files: readonly string[]): string {
  return [...new Set(files)].toSorted().join("\n");
}
