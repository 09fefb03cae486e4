import { randomUUID } from "node:crypto";
import { noCaps, type BudgetCaps, type BudgetScope } from "@omoios/domain/budget/budget-scope";
import { remaining, reserve, settle, type BudgetAccount } from "@omoios/domain/budget/reservation";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { BudgetLine, BudgetStore, ReservationRequest } from "../ports/budget-store.ts";
import { later, sampleAt, sampleAttempt, storePlan } from "./sample-rows.ts";
import type { StoreSubject } from "./store-subject.ts";

type Subject = StoreSubject & { readonly stores: { readonly budgets: BudgetStore } };

/** What every store of budgets has to do. */
export function describeBudgetStore(subject: () => Subject): void {
  const setUp = async () => {
    const { spec, tasks } = await storePlan(subject());
    const [task] = tasks;
    if (task === undefined) throw new Error("a plan without a task");
    return { specScope: { kind: "spec", of: spec.id } as const, specId: spec.id, task };
  };
  const request = (specId: string, change: Partial<ReservationRequest> = {}): ReservationRequest => ({
    id: randomUUID(),
    specId,
    attempt: null,
    scopes: [{ kind: "spec", of: specId, caps: null }],
    at: sampleAt,
    inputTokens: 0,
    price: { inputMicros: 0, outputMicrosPerToken: 1 },
    wantedOutputTokens: 100,
    leastOutputTokens: 10,
    ...change,
  });
  const reserveOne = (wish: ReservationRequest) =>
    subject().database.transaction((tx) => subject().stores.budgets.reserve(tx, wish));
  const settleOne = (use: { readonly id: string; readonly usdMicros: number; readonly tokens: number }) =>
    subject().database.transaction((tx) => subject().stores.budgets.settle(tx, { ...use, at: later(5) }));
  const cap = (scope: BudgetScope, caps: BudgetCaps) =>
    subject().database.transaction((tx) => subject().stores.budgets.setCaps(tx, scope, caps));
  const line = async (scope: BudgetScope, unit: BudgetLine["unit"] = "usd_micros") => {
    const found = (await subject().stores.budgets.linesOf([scope])).find((one) => one.unit === unit);
    if (found === undefined) throw new Error(`no account ${scope.kind} in ${unit}`);
    return found;
  };

  describe("budget store", () => {
    test("holds what a call may use and turns it into what it used", async () => {
      const { specId, specScope } = await setUp();
      await cap(specScope, { usdMicros: 1000, tokens: 5000 });
      const wish = request(specId, { inputTokens: 40, price: { inputMicros: 120, outputMicrosPerToken: 2.5 } });
      expect(await reserveOne(wish)).toEqual({ kind: "granted", outputTokens: 100 });
      expect(await line(specScope)).toMatchObject({ cap: 1000, settled: 0, reserved: 370 });
      expect(await line(specScope, "tokens")).toMatchObject({ cap: 5000, settled: 0, reserved: 140 });
      expect(await settleOne({ id: wish.id, usdMicros: 200, tokens: 61 })).toBe(true);
      expect(await line(specScope)).toMatchObject({ settled: 200, reserved: 0, overrun: 0 });
      expect(await line(specScope, "tokens")).toMatchObject({ settled: 61, reserved: 0 });
    });

    test("settles once, whoever comes second", async () => {
      const { specId, specScope } = await setUp();
      const wish = request(specId);
      await reserveOne(wish);
      await settleOne({ id: wish.id, usdMicros: 10, tokens: 10 });
      expect(await settleOne({ id: wish.id, usdMicros: 10, tokens: 10 })).toBe(false);
      expect(await line(specScope)).toMatchObject({ settled: 10, reserved: 0 });
    });

    test("grants the output that is left, and refuses with the tightest account when that is too little", async () => {
      const { specId, specScope } = await setUp();
      await cap(specScope, { usdMicros: 100, tokens: null });
      const price = { inputMicros: 30, outputMicrosPerToken: 2 };
      expect(await reserveOne(request(specId, { price }))).toEqual({ kind: "granted", outputTokens: 35 });
      expect(await reserveOne(request(specId, { price }))).toEqual({
        kind: "refused",
        shortage: { kind: "spec", unit: "usd_micros", cap: 100, left: 0, needs: 50 },
      });
      expect(await line(specScope)).toMatchObject({ reserved: 100 });
    });

    test("a call counts against all of its scopes or none", async () => {
      const { specId, specScope } = await setUp();
      const day = { kind: "day", of: "2026-03-01" } as const;
      const scopes = [
        { ...specScope, caps: null },
        { ...day, caps: { usdMicros: 60, tokens: null } },
      ];
      expect(await reserveOne(request(specId, { scopes }))).toEqual({ kind: "granted", outputTokens: 60 });
      expect(await reserveOne(request(specId, { scopes }))).toMatchObject({ shortage: { kind: "day" } });
      expect([await line(specScope), await line(day)]).toMatchObject([{ reserved: 60 }, { reserved: 60, cap: 60 }]);
    });

    test("a cap in tokens holds a model without a price, a cap in money refuses it", async () => {
      const { specId, specScope } = await setUp();
      await cap(specScope, { usdMicros: null, tokens: 90 });
      const wish = request(specId, { price: null, inputTokens: 40 });
      expect(await reserveOne(wish)).toEqual({ kind: "granted", outputTokens: 50 });
      await settleOne({ id: wish.id, usdMicros: 0, tokens: 60 });
      await cap(specScope, { usdMicros: 5, tokens: null });
      expect(await reserveOne(request(specId, { price: null }))).toMatchObject({ shortage: { needs: null } });
    });

    test("twenty at once never hold more than the cap", async () => {
      const { specId, specScope } = await setUp();
      await cap(specScope, { usdMicros: 555, tokens: null });
      const answers = await Promise.all(Array.from({ length: 20 }, () => reserveOne(request(specId))));
      const granted = answers.flatMap((one) => (one.kind === "granted" ? [one.outputTokens] : []));
      expect(granted.reduce((sum, tokens) => sum + tokens, 0)).toBe(555);
      expect(await line(specScope)).toMatchObject({ reserved: 555 });
    });

    test("what a provider wrote beyond its bounds is kept apart", async () => {
      const { specId, specScope } = await setUp();
      await cap(specScope, { usdMicros: 50, tokens: null });
      const wish = request(specId);
      await reserveOne(wish);
      await settleOne({ id: wish.id, usdMicros: 80, tokens: 80 });
      expect(await line(specScope)).toMatchObject({ settled: 50, reserved: 0, overrun: 30 });
    });

    test("a cap is not set below what is used; a configured one then stops everything", async () => {
      const { specId, specScope } = await setUp();
      const wish = request(specId);
      await reserveOne(wish);
      await expect(cap(specScope, { usdMicros: 99, tokens: null })).rejects.toMatchObject({ fault: { kind: "limit" } });
      const scopes = [{ ...specScope, caps: { usdMicros: 5, tokens: null } }];
      expect(await reserveOne(request(specId, { scopes }))).toMatchObject({ kind: "refused" });
      expect(await line(specScope)).toMatchObject({ cap: 100, reserved: 100 });
      await cap(specScope, noCaps);
      expect(await reserveOne(request(specId))).toMatchObject({ kind: "granted" });
    });

    test("what an attempt held is spent once its epoch is gone", async () => {
      const { specId, specScope, task } = await setUp();
      const { database, stores } = subject();
      const attempt = sampleAttempt(task, { state: "working", epoch: 2 });
      await database.transaction((tx) => stores.attempts.create(tx, attempt));
      const expire = (everything: boolean) =>
        database.transaction((tx) => stores.budgets.expire(tx, { at: later(9), everything }));
      const [old, own, planner] = [1, 2, null].map((epoch) =>
        request(specId, { attempt: epoch === null ? null : { id: attempt.id, epoch } }),
      );
      for (const wish of [old, own, planner]) if (wish !== undefined) await reserveOne(wish);
      expect(await expire(false)).toBe(1);
      expect(await line(specScope)).toMatchObject({ settled: 100, reserved: 200 });
      expect(await settleOne({ id: old?.id ?? "", usdMicros: 1, tokens: 1 })).toBe(false);
      expect(await expire(true)).toBe(2);
      expect(await line(specScope)).toMatchObject({ settled: 300, reserved: 0 });
    });

    test("decides as the domain's arithmetic does, in any order of calls", async () => {
      const { specId } = await setUp();
      const step = fc.oneof(
        fc.record({ do: fc.constant("reserve" as const), want: fc.integer({ min: 1, max: 300 }), least: fc.nat(300) }),
        fc.record({ do: fc.constant("settle" as const), actual: fc.nat(300) }),
      );
      await fc.assert(
        fc.asyncProperty(fc.option(fc.nat(900)), fc.array(step, { maxLength: 12 }), async (capMicros, steps) => {
          const scope = { kind: "day", of: randomUUID() } as const;
          const caps = { usdMicros: capMicros, tokens: null };
          await cap(scope, caps);
          let account: BudgetAccount = { capMicros, settledMicros: 0, reservedMicros: 0 };
          const open: { readonly id: string; readonly micros: number }[] = [];
          for (const one of steps) {
            if (one.do === "reserve") {
              const least = Math.min(one.want, Math.max(1, one.least));
              const wish = request(specId, {
                scopes: [{ ...scope, caps: null }],
                wantedOutputTokens: one.want,
                leastOutputTokens: least,
              });
              const answer = await reserveOne(wish);
              const expected = reserve(account, one.want, least);
              expect(answer.kind === "granted" ? answer.outputTokens : null).toBe(
                expected.ok ? expected.value.reservedMicros : null,
              );
              if (!expected.ok) continue;
              account = expected.value.account;
              open.push({ id: wish.id, micros: expected.value.reservedMicros });
            } else {
              const oldest = open.shift();
              if (oldest === undefined) continue;
              await settleOne({ id: oldest.id, usdMicros: one.actual, tokens: one.actual });
              account = settle(account, oldest.micros, one.actual).account;
            }
          }
          const stored = await line(scope);
          expect(stored).toMatchObject({ settled: account.settledMicros, reserved: account.reservedMicros });
          expect(remaining(account)).toBe(
            capMicros === null ? Number.MAX_SAFE_INTEGER : capMicros - stored.settled - stored.reserved,
          );
        }),
        { numRuns: 25 },
      );
    });
  });
}
