import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { release, remaining, reserve, settle, type BudgetAccount } from "./reservation.ts";

const account = (capMicros: number | null, settledMicros = 0, reservedMicros = 0): BudgetAccount => ({
  capMicros,
  settledMicros,
  reservedMicros,
});

describe("reserving", () => {
  test("grants what is wanted, or what is left of it", () => {
    expect(reserve(account(100), 60, 10)).toEqual({
      ok: true,
      value: { account: account(100, 0, 60), reservedMicros: 60 },
    });
    expect(reserve(account(100, 30, 50), 60, 10)).toEqual({
      ok: true,
      value: { account: account(100, 30, 70), reservedMicros: 20 },
    });
    expect(reserve(account(null, 9, 9), 60, 60)).toEqual({
      ok: true,
      value: { account: account(null, 9, 69), reservedMicros: 60 },
    });
  });

  test("refuses when less than the minimum is left, with the numbers and the way out", () => {
    expect(reserve(account(5_000_000, 4_880_000), 1_000_000, 400_000)).toEqual({
      ok: false,
      fault: {
        kind: "limit",
        message: "The budget of 5.00 USD has 0.12 USD left; the next call needs at least 0.40 USD",
        fix: "Raise the budget with omoios budget, then omoios resume",
      },
    });
  });

  test("never grants nothing to a call that wants something", () => {
    expect(reserve(account(100, 100), 50, 0)).toMatchObject({ ok: false, fault: { kind: "limit" } });
    expect(reserve(account(100, 100), 0, 0)).toMatchObject({ ok: true, value: { reservedMicros: 0 } });
  });
});

describe("settling", () => {
  test("books what a call cost and gives the rest back", () => {
    expect(settle(account(100, 10, 60), 60, 25)).toEqual({ account: account(100, 35, 0), overrunMicros: 0 });
    expect(release(account(100, 10, 60), 20)).toEqual(account(100, 10, 40));
  });

  test("books a call that cost more than it was granted as far as the cap reaches, and says what did not fit", () => {
    expect(settle(account(100, 10, 60), 60, 80)).toEqual({ account: account(100, 90, 0), overrunMicros: 0 });
    expect(settle(account(100, 10, 60), 30, 80)).toEqual({ account: account(100, 70, 30), overrunMicros: 20 });
  });
});

test.each([
  ["a fraction", () => reserve(account(100), 1.5, 0)],
  ["less than nothing", () => settle(account(100, 0, 10), 10, -1)],
  ["too much to count", () => reserve(account(null, 0, Number.MAX_SAFE_INTEGER), 10, 0)],
  ["no number", () => release(account(Number.NaN), 0)],
  ["a minimum over what is wanted", () => reserve(account(100), 5, 6)],
  ["more back than is held", () => release(account(100, 0, 5), 6)],
])("%s is a bug", (_name, run) => {
  expect(run).toThrow(TypeError);
});

test("settled and reserved never exceed the cap, and no money is lost, in any order of calls", () => {
  const amount = fc.nat({ max: 1000 });
  const step = fc.oneof(
    fc.record({ do: fc.constant("reserve" as const), want: amount, minimum: amount }),
    fc.record({ do: fc.constant("settle" as const), pick: fc.nat(), actual: amount }),
    fc.record({ do: fc.constant("release" as const), pick: fc.nat() }),
  );
  fc.assert(
    fc.property(fc.option(fc.nat({ max: 3000 })), fc.array(step, { maxLength: 60 }), (cap, steps) => {
      let held = account(cap);
      let [spent, overrun] = [0, 0];
      const open: number[] = [];
      for (const one of steps) {
        if (one.do === "reserve") {
          const granted = reserve(held, one.want, Math.min(one.want, one.minimum));
          if (!granted.ok) continue;
          expect(granted.value.reservedMicros).toBeLessThanOrEqual(one.want);
          expect(granted.value.reservedMicros).toBeGreaterThanOrEqual(Math.min(one.want, one.minimum));
          open.push(granted.value.reservedMicros);
          held = granted.value.account;
        } else {
          const [reserved] = open.length === 0 ? [] : open.splice(one.pick % open.length, 1);
          if (reserved === undefined) continue;
          if (one.do === "release") held = release(held, reserved);
          else {
            const settlement = settle(held, reserved, one.actual);
            if (one.actual <= reserved) expect(settlement.overrunMicros).toBe(0);
            [held, spent, overrun] = [settlement.account, spent + one.actual, overrun + settlement.overrunMicros];
          }
        }
        expect(held.settledMicros + held.reservedMicros).toBeLessThanOrEqual(cap ?? Infinity);
        expect(held.settledMicros + overrun).toBe(spent);
        expect(held.reservedMicros).toBe(open.reduce((sum, reserved) => sum + reserved, 0));
        expect(remaining(held)).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});
