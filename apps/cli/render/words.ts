import type { AttemptState } from "@omoios/domain/attempt/state";
import { attemptWords, specWords } from "@omoios/contract/state-words";
import type { SpecSummary } from "@omoios/contract/http-spec";
import type { PausedBy } from "@omoios/domain/spec/state";
import type { Tone } from "./paint.ts";

/** A word and its tone; those of states are in `contract/state-words`. */
export interface Shown {
  readonly word: string;
  readonly tone: Tone;
}

/** How a spec is shown: what it waits for, or what holds it, says more than its status. */
export function shownSpec({
  status,
  attention,
  pausedBy,
}: Pick<SpecSummary, "status" | "attention" | "pausedBy">): Shown {
  if (attention !== null) return { word: "Needs you", tone: "you" };
  return pausedBy === null ? specWords[status] : { word: "Paused", tone: pauseWords[pausedBy].tone };
}

/** What holds a spec. A spent budget waits for a person; a provider's pause ends by itself, and who paused knows. */
export const pauseWords: Readonly<Record<PausedBy, Shown>> = {
  budget: { word: "Stopped by its budget", tone: "you" },
  provider: { word: "Waits for its provider", tone: "watch" },
  person: { word: "Paused", tone: "watch" },
};

/** How an attempt's state is said in the middle of a line about it. */
export function shownAttempt(state: AttemptState): Shown {
  const { word, tone } = attemptWords[state];
  return { word: word.toLowerCase(), tone };
}
