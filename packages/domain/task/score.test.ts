import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { scoreTask, type ScoreInput, type ScoreRules } from "./score.ts";

const rules: ScoreRules = {
  weights: { priority: 0.45, age: 0.2, deadline: 0.15, downstream: 0.15, fresh: 0.05 },
  ageCeilingMs: 3_600_000,
  deadlineWindowMs: 900_000,
  starvationAfterMs: 7_200_000,
  starvationFloor: 0.6,
};
const now = new Date("2026-01-01T12:00:00Z");
const ago = (ms: number): Date => new Date(now.getTime() - ms);
const fresh: ScoreInput = {
  priority: "medium",
  readyAt: now,
  deadlineAt: null,
  downstream: 1,
  longestDownstream: 10,
  attempts: 0,
  maxAttempts: 3,
};
const scoreOf = (input: Partial<ScoreInput>): number => scoreTask({ ...fresh, ...input }, rules, now).score;

const weight = fc.double({ min: 0, max: 1, noNaN: true });
const anyRules = fc.record({
  weights: fc.record({ priority: weight, age: weight, deadline: weight, downstream: weight, fresh: weight }),
  ageCeilingMs: fc.nat({ max: 10_000_000 }),
  deadlineWindowMs: fc.nat({ max: 10_000_000 }),
  starvationAfterMs: fc.nat({ max: 10_000_000 }),
  starvationFloor: weight,
});
const at = fc.integer({ min: -20_000_000, max: 20_000_000 }).map((ms) => new Date(now.getTime() + ms));
const anyInput: fc.Arbitrary<ScoreInput> = fc.record({
  priority: fc.constantFrom("critical", "high", "medium", "low"),
  readyAt: at,
  deadlineAt: fc.option(at),
  downstream: fc.integer({ min: 1, max: 100 }),
  longestDownstream: fc.integer({ min: 1, max: 200 }),
  attempts: fc.nat({ max: 10 }),
  maxAttempts: fc.integer({ min: 1, max: 10 }),
});

describe("the score", () => {
  test("is what the formula says, with its factors", () => {
    const input: ScoreInput = {
      ...fresh,
      priority: "high",
      readyAt: ago(1_800_000),
      deadlineAt: ago(-450_000),
      downstream: 5,
      attempts: 1,
    };
    const { score, factors } = scoreTask(input, rules, now);
    expect(factors).toEqual({
      priority: 0.75,
      age: 0.5,
      deadline: 0.5,
      downstream: 0.5,
      fresh: 1 - 1 / 3,
      starved: false,
    });
    expect(score).toBeCloseTo(0.45 * 0.75 + 0.2 * 0.5 + 0.15 * 0.5 + 0.15 * 0.5 + 0.05 * (2 / 3), 10);
  });

  test("lifts who waited too long to the floor, and only them", () => {
    const waited = scoreTask({ ...fresh, priority: "low", readyAt: ago(7_200_000), attempts: 3 }, rules, now);
    expect(waited).toMatchObject({ score: 0.6, factors: { starved: true } });
    expect(scoreTask({ ...fresh, priority: "critical", readyAt: ago(7_200_000) }, rules, now).factors.starved).toBe(
      false,
    );
  });

  test("knows deadlines: none, far, near, past", () => {
    const deadline = (deadlineAt: Date | null): number =>
      scoreTask({ ...fresh, deadlineAt }, rules, now).factors.deadline;
    expect([null, ago(-900_000), ago(-90_000), now, ago(5)].map(deadline)).toEqual([0, 0, 0.9, 1, 1]);
  });

  test("counts any wait in full when the ceiling of age is nothing", () => {
    expect(scoreTask(fresh, { ...rules, ageCeilingMs: 0 }, now).factors.age).toBe(1);
  });

  test("is 0 when nothing weighs anything", () => {
    const weights = { priority: 0, age: 0, deadline: 0, downstream: 0, fresh: 0 };
    expect(scoreTask(fresh, { ...rules, weights }, now).score).toBe(0);
  });

  test("stays in 0..1 with every factor, whatever is configured", () => {
    fc.assert(
      fc.property(anyInput, anyRules, (input, configured) => {
        const { score, factors } = scoreTask(input, configured, now);
        for (const value of [score, factors.age, factors.deadline, factors.downstream, factors.fresh]) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test("never falls by waiting, a nearer deadline, a longer chain or a higher priority, nor rises by attempts", () => {
    fc.assert(
      fc.property(anyInput, anyRules, fc.nat({ max: 9_000_000 }), (input, configured, ms) => {
        const score = (changed: Partial<ScoreInput>): number =>
          scoreTask({ ...input, ...changed }, configured, now).score;
        const earlier = (date: Date): Date => new Date(date.getTime() - ms);
        const same = score({}) - 1e-9;
        expect(score({ readyAt: earlier(input.readyAt) })).toBeGreaterThanOrEqual(same);
        expect(score({ downstream: input.downstream + 1 })).toBeGreaterThanOrEqual(same);
        expect(score({ priority: "critical" })).toBeGreaterThanOrEqual(same);
        if (input.deadlineAt !== null)
          expect(score({ deadlineAt: earlier(input.deadlineAt) })).toBeGreaterThanOrEqual(same);
        expect(score({ attempts: input.attempts + 1 })).toBeLessThanOrEqual(score({}) + 1e-9);
      }),
    );
    expect(scoreOf({ priority: "high" })).toBeGreaterThan(scoreOf({ priority: "medium" }));
  });
});
