import { expect, test } from "vitest";
import { amountText, budgetDay, scopeKey, shortageFault } from "./budget-scope.ts";

test("a scope has one key, a day is the one in UTC", () => {
  expect(scopeKey({ kind: "spec", of: "7" })).toBe("spec:7");
  expect(budgetDay(new Date("2026-03-01T23:59:59.000-05:00"))).toBe("2026-03-02");
  expect([amountText("usd_micros", 1_500_000), amountText("tokens", 20_000)]).toEqual(["1.50 USD", "20,000 tokens"]);
});

const at = new Date("2026-03-31T22:10:00.000Z");

test("a refusal says whose budget, what is left, what is needed and the way out", () => {
  expect(
    shortageFault({ kind: "spec", unit: "usd_micros", cap: 5_000_000, left: 120_000, needs: 400_000 }, "m", at),
  ).toEqual({
    kind: "limit",
    message: "The budget for this spec (5.00 USD) has 0.12 USD left; the next call needs at least 0.40 USD",
    fix: "Raise it: omoios budget SPC-… and a larger cap; the work then goes on",
  });
  expect(shortageFault({ kind: "day", unit: "tokens", cap: 10, left: -5, needs: 900 }, "m", at)).toMatchObject({
    message: "The budget for today (10 tokens) has 0 tokens left; the next call needs at least 900 tokens",
    fix: expect.stringContaining("budget.day") as string,
    until: new Date("2026-04-01T00:00:00.000Z"),
  });
  expect(shortageFault({ kind: "attempt", unit: "tokens", cap: 10, left: 4, needs: 900 }, "m", at)).toMatchObject({
    fix: "Raise budget.attempt in config.yaml and start the server again; the work then goes on",
  });
  expect(shortageFault({ kind: "task", unit: "usd_micros", cap: 10, left: 10, needs: null }, "p:m", at)).toMatchObject({
    message: expect.stringContaining("its price is not known") as string,
    fix: expect.stringContaining("models.prices for p:m") as string,
  });
});
