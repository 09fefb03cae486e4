import type { Attempt } from "./attempt.ts";
import { isSystemFailure } from "./next.ts";

export type PastAttempt = Pick<Attempt, "number" | "strategy" | "model"> & {
  readonly feedback: Pick<NonNullable<Attempt["feedback"]>, "kind"> | null;
};

export type Approach = Pick<Attempt, "strategy" | "model">;

/** Failures of one kind after which the same is not tried again. */
const failuresOfAKind = 2;

/**
 * How the next attempt goes about a task, from the ones before it. A machine that failed says nothing about the work.
 * After two failures of one kind first another model is asked, where there is one, then the work starts afresh.
 */
export function nextApproach(past: readonly PastAttempt[], fallbackModel: string | null): Approach {
  const own = past
    .filter(({ feedback }) => feedback !== null && !isSystemFailure(feedback.kind))
    .toSorted((left, right) => left.number - right.number);
  const last = own.at(-1);
  if (last === undefined) return { strategy: "first", model: null };
  const alike = own.filter((one) => one.feedback?.kind === last.feedback?.kind);
  if (alike.length < failuresOfAKind) return { strategy: "mend", model: last.model };
  const switched = own.some((one) => one.strategy === "other_model");
  if (fallbackModel !== null && !switched) return { strategy: "other_model", model: fallbackModel };
  return { strategy: "fresh_start", model: last.model };
}

/** What is special about an attempt, as the end of a sentence about it; null for the first and for one that mends. */
export function approachText({ strategy, model }: Approach): string | null {
  switch (strategy) {
    case "first":
    case "mend":
      return null;
    case "other_model":
      return `asks another model${model === null ? "" : ` (${model})`}, after two failures of one kind`;
    case "fresh_start":
      return "starts afresh, told what failed twice";
  }
}
