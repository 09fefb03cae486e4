import { describe, expect, test } from "vitest";
import type { IdempotencyStore } from "../ports/idempotency-store.ts";
import { later, sampleAt } from "./sample-rows.ts";

/** What every idempotency store has to do. Each test finds it empty. */
export function describeIdempotencyStore(subject: () => IdempotencyStore): void {
  describe("idempotency store", () => {
    const reserve = (key: string, digest = "abc", at = sampleAt) => subject().reserve({ key, digest, at });

    test.each([{ id: 7 }, null, "text"])("gives the answer %j to whoever asks again", async (answer) => {
      expect(await reserve("key")).toBeNull();
      expect(await reserve("key", "other")).toEqual({ digest: "abc", answered: false, answer: null, at: sampleAt });
      await subject().complete("key", answer);
      expect(await reserve("key")).toEqual({ digest: "abc", answered: true, answer, at: sampleAt });
    });

    test("lets one of many through", async () => {
      const outcomes = await Promise.all(Array.from({ length: 8 }, () => reserve("key")));
      expect(outcomes.filter((known) => known === null)).toHaveLength(1);
    });

    test("a released key is free again, an answered one is not", async () => {
      await reserve("key");
      await subject().release("key");
      expect(await reserve("key")).toBeNull();
      await subject().complete("key", "done");
      await subject().release("key");
      expect(await reserve("key")).toMatchObject({ answered: true });
    });

    test("forgets keys after a day", async () => {
      await reserve("key");
      expect(await reserve("key", "abc", later(86_400))).not.toBeNull();
      expect(await reserve("key", "abc", later(86_401))).toBeNull();
    });
  });
}
