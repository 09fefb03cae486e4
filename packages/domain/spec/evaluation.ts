/** One thing a phase is scored by: a heading of its standards file and the text below it. */
export interface Standard {
  readonly name: string;
  readonly text: string;
}

/** What a model said about one standard. */
export interface StandardScore {
  readonly score: number;
  readonly reason: string;
}

export interface Evaluation {
  /** The mean of all scores, 0 to 1. */
  readonly score: number;
  readonly passed: boolean;
  /** The standards that keep it from passing. */
  readonly failing: readonly string[];
}

export interface EvaluationRules {
  /** Least mean. */
  readonly threshold: number;
  /** Least score of any standard: what is missing altogether cannot be made up for by the rest. */
  readonly floor: number;
}

/** The standards of a file: each `## name` with what follows it. */
export function readStandards(text: string): readonly Standard[] {
  return text
    .split(/^## /mu)
    .slice(1)
    .map((part) => {
      const [name = "", ...lines] = part.split("\n");
      return { name: name.trim(), text: lines.join("\n").trim() };
    });
}

/** The verdict over the scores is arithmetic; no model says whether a phase passes. */
export function evaluate(
  scores: Readonly<Record<string, StandardScore>>,
  { threshold, floor }: EvaluationRules,
): Evaluation {
  const entries = Object.entries(scores);
  const sum = entries.reduce((total, [, { score }]) => total + score, 0);
  const score = entries.length === 0 ? 1 : sum / entries.length;
  const below = entries.filter(([, one]) => one.score < floor).map(([name]) => name);
  if (score >= threshold && below.length === 0) return { score, passed: true, failing: [] };
  const failing = entries.filter(([, one]) => one.score < Math.max(floor, threshold)).map(([name]) => name);
  return { score, passed: false, failing };
}
