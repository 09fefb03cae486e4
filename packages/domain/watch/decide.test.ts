import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isStale, watch, type WatchDecision, type WatchedAgent } from "./decide.ts";
import type { WatchThresholds } from "./thresholds.ts";

const minute = 60_000;
const thresholds: WatchThresholds = {
  heartbeatMs: minute / 2,
  staleMs: 1.5 * minute,
  idleMs: 5 * minute,
  stuckMs: 4 * minute,
  nudges: 1,
  attemptMs: 60 * minute,
};
const start = new Date("2026-01-01T00:00:00Z").getTime();
const at = (minutes: number): Date => new Date(start + minutes * minute);

function look(
  minutes: number,
  agent: Partial<WatchedAgent> = {},
  change: Partial<WatchThresholds> = {},
): WatchDecision {
  const now = at(minutes);
  const watched = { startedAt: at(0), outputAt: null, beatAt: now, nudges: [], now, ...agent };
  return watch(watched, { ...thresholds, ...change });
}

describe("a watched agent", () => {
  test("is starting until something is seen of it, then active, and looked at when it would become idle", () => {
    expect(look(1)).toEqual({ agentState: "starting", act: { kind: "none" }, lookAgainAt: at(5) });
    expect(look(4, { outputAt: at(3) })).toEqual({ agentState: "active", act: { kind: "none" }, lookAgainAt: at(8) });
  });

  test("is nudged exactly when it is idle, with the reason", () => {
    expect(look(8, { outputAt: at(3) })).toEqual({
      agentState: "idle",
      act: { kind: "nudge", reason: "No output, tool use or file change for 5 min" },
      lookAgainAt: at(12),
    });
  });

  test("is given time after a nudge, then restarted", () => {
    const nudged = { outputAt: at(3), nudges: [at(8)] };
    expect(look(11, nudged)).toEqual({ agentState: "idle", act: { kind: "none" }, lookAgainAt: at(12) });
    expect(look(12, nudged)).toMatchObject({
      agentState: "stuck",
      act: { kind: "restart", reason: "No output, tool use or file change for 9 min, 1 nudge unanswered" },
    });
  });

  test("is nudged again while nudges are left", () => {
    const nudged = { outputAt: at(3), nudges: [at(12), at(8)] };
    expect(look(12, { ...nudged, nudges: [at(8)] }, { nudges: 2 }).act.kind).toBe("nudge");
    expect(look(15, nudged, { nudges: 2 }).act.kind).toBe("none");
    expect(look(16, nudged, { nudges: 2 }).act).toMatchObject({
      kind: "restart",
      reason: expect.stringContaining("2 nudges unanswered") as string,
    });
  });

  test("starts over with any sign of life", () => {
    expect(look(12, { outputAt: at(9), nudges: [at(8)] })).toMatchObject({
      agentState: "active",
      act: { kind: "none" },
    });
    expect(look(14, { outputAt: at(9), nudges: [at(8)] }).act.kind).toBe("nudge");
  });

  test("without nudges it is idle in silence and restarted after the same patience", () => {
    expect(look(6, {}, { nudges: 0 })).toEqual({ agentState: "idle", act: { kind: "none" }, lookAgainAt: at(9) });
    expect(look(9, {}, { nudges: 0 }).act.kind).toBe("restart");
  });

  test("may not work longer than an attempt may take, however lively", () => {
    expect(look(59.5, { outputAt: at(59) }).lookAgainAt).toEqual(at(60));
    expect(look(60, { outputAt: at(59.9) })).toMatchObject({
      agentState: "active",
      act: { kind: "restart", reason: "The attempt has taken 1 h, longer than the 1 h it may take" },
    });
  });

  test("is not judged while nobody was there to see it", () => {
    expect(look(30, { beatAt: at(28) })).toEqual({ agentState: "idle", act: { kind: "none" }, lookAgainAt: at(30.5) });
    expect(look(30, { beatAt: null }).act.kind).toBe("none");
  });
});

test("an attempt is stale from exactly that age of its beat on", () => {
  expect(isStale(at(0), thresholds, at(1.49))).toBe(false);
  expect(isStale(at(0), thresholds, at(1.5))).toBe(true);
});

describe("any run of an agent", () => {
  const ms = fc.integer({ min: 1, max: 1000 });
  const anyThresholds = fc.record({
    heartbeatMs: ms,
    staleMs: ms,
    idleMs: ms,
    stuckMs: ms,
    nudges: fc.nat({ max: 3 }),
    attemptMs: fc.integer({ min: 1, max: 20_000 }),
  });

  /** Plays a run: looks exactly when told to, or when the agent shows a sign of life. */
  function play(
    signs: readonly number[],
    limits: WatchThresholds,
  ): { readonly nudges: readonly Date[]; readonly endedAt: number } {
    const life = [...signs].sort((left, right) => left - right);
    const nudges: Date[] = [];
    let outputAt: Date | null = null;
    for (let now = 0; ;) {
      const decision = watch(
        { startedAt: new Date(0), outputAt, beatAt: new Date(now), nudges, now: new Date(now) },
        limits,
      );
      expect(decision.lookAgainAt.getTime()).toBeGreaterThan(now);
      if (decision.act.kind === "restart") return { nudges, endedAt: now };
      if (decision.act.kind === "nudge") nudges.push(new Date(now));
      const sign = life.find((time) => time > now && time < decision.lookAgainAt.getTime());
      if (sign === undefined) {
        const before = watch(
          {
            startedAt: new Date(0),
            outputAt,
            beatAt: new Date(now),
            nudges,
            now: new Date(decision.lookAgainAt.getTime() - 1),
          },
          { ...limits, staleMs: Infinity },
        );
        expect(before.act.kind).toBe("none");
        now = decision.lookAgainAt.getTime();
      } else {
        outputAt = new Date(sign);
        now = sign;
      }
    }
  }

  test("ends by the time an attempt may take; looks move forward and never miss a moment", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 20_000 }), { maxLength: 40 }), anyThresholds, (signs, limits) => {
        const { nudges, endedAt } = play(signs, limits);
        expect(endedAt).toBeLessThanOrEqual(limits.attemptMs);
        expect(nudges.length).toBeLessThanOrEqual(limits.nudges * (signs.length + 1));
      }),
    );
  });

  test("a silent agent is nudged as often as configured and then restarted, no sooner", () => {
    fc.assert(
      fc.property(anyThresholds, (limits) => {
        const { nudges, endedAt } = play([], { ...limits, attemptMs: 1_000_000 });
        expect(nudges.length).toBe(limits.nudges);
        expect(endedAt).toBe(limits.idleMs + limits.stuckMs * Math.max(1, limits.nudges));
      }),
    );
  });

  test("one that talks often enough is never touched", () => {
    fc.assert(
      fc.property(anyThresholds, fc.integer({ min: 100, max: 1000 }), (configured, idleMs) => {
        const limits = { ...configured, idleMs };
        const signs = Array.from(
          { length: Math.ceil(limits.attemptMs / limits.idleMs) + 1 },
          (_, index) => index * limits.idleMs,
        ).flatMap((time) => [time, time + Math.floor(limits.idleMs / 2)]);
        const { nudges, endedAt } = play(signs, { ...limits, idleMs: limits.idleMs + 1 });
        expect(nudges).toEqual([]);
        expect(endedAt).toBe(limits.attemptMs);
      }),
    );
  });
});
