import { attemptMoves, attemptStates, liveAttemptStates } from "@omoios/domain/attempt/state";
import { legalMoves } from "@omoios/domain/shared/moves";
import type { Attempt, Feedback } from "@omoios/domain/attempt/attempt";
import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { later, sampleAt, sampleAttempt, storePlan } from "./sample-rows.ts";
import type { StoreSubject } from "./store-subject.ts";

const feedback: Feedback = {
  kind: "criteria",
  message: "one is red",
  items: [{ subject: "REQ-1.1", message: "exit 1", tail: "not ok 1" }],
};

/** What every attempt store has to do. */
export function describeAttemptStore(subject: () => StoreSubject): void {
  const stored = async (change: Partial<Attempt> = {}): Promise<Attempt> => {
    const { database, stores } = subject();
    const { tasks } = await storePlan(subject());
    const [task] = tasks;
    if (task === undefined) throw new Error("a plan without a task");
    const attempt = sampleAttempt(task, change);
    await database.transaction((tx) => stores.attempts.create(tx, attempt));
    return attempt;
  };

  describe("attempt store", () => {
    test("reads back what was written", async () => {
      const attempt = await stored({ feedback, brief: "do it", parkedUntil: later(5), state: "parked" });
      const { stores } = subject();
      expect(await stores.attempts.get(attempt.id)).toEqual(attempt);
      expect(await stores.attempts.ofTask(attempt.taskId)).toEqual([attempt]);
      expect(await stores.attempts.ofSpec(attempt.specId)).toEqual([attempt]);
      expect(await stores.attempts.inStates(["parked", "lost"])).toEqual([attempt]);
      expect(await stores.attempts.inStates(["working"])).toEqual([]);
    });

    test.each([randomUUID(), "no-such-thing"])("says not-found for %s", async (id) => {
      await expect(subject().stores.attempts.get(id)).rejects.toMatchObject({
        fault: { kind: "not-found", what: "attempt", id },
      });
    });

    test("refuses a second live attempt of a task", async () => {
      const attempt = await stored({ state: "working" });
      const { database, stores } = subject();
      const second: Attempt = { ...attempt, id: randomUUID(), number: 2, state: "queued" };
      await expect(database.transaction((tx) => stores.attempts.create(tx, second))).rejects.toThrow();
      expect(await stores.attempts.ofTask(attempt.taskId)).toEqual([attempt]);
    });

    test("a validation holds no task: it stands beside the attempt it judges, in no list but its own", async () => {
      const attempt = await stored({ state: "proving" });
      const { database, stores } = subject();
      const beside: Attempt = {
        ...attempt,
        id: randomUUID(),
        kind: "validation",
        judges: attempt.id,
        state: "working",
      };
      await database.transaction((tx) => stores.attempts.create(tx, beside));
      expect(await stores.attempts.validations({ attemptId: attempt.id })).toEqual([beside]);
      expect(await stores.attempts.validations({ specId: attempt.specId })).toEqual([beside]);
      expect(await stores.attempts.ofTask(attempt.taskId)).toEqual([attempt]);
      expect(await stores.attempts.ofSpec(attempt.specId)).toEqual([attempt]);
      expect(await stores.attempts.inStates(["proving", "working"])).toEqual([attempt]);
      const twin: Attempt = { ...beside, id: randomUUID() };
      await expect(database.transaction((tx) => stores.attempts.create(tx, twin))).rejects.toThrow();
      const judgesNothing: Attempt = { ...beside, id: randomUUID(), number: 2, judges: null };
      await expect(database.transaction((tx) => stores.attempts.create(tx, judgesNothing))).rejects.toThrow();
    });

    test("a claim raises the epoch and starts over; each claim of the same job does", async () => {
      const attempt = await stored();
      const { database, stores } = subject();
      const claim = (at: Date) =>
        database.transaction((tx) => stores.attempts.claim(tx, { id: attempt.id, jobId: attempt.jobId, at }));
      const first = await claim(sampleAt);
      expect(first).toMatchObject({
        state: "provisioning",
        epoch: 1,
        version: 2,
        claimedAt: sampleAt,
        beatAt: sampleAt,
      });
      expect(await claim(later(60))).toMatchObject({
        state: "provisioning",
        epoch: 2,
        version: 3,
        claimedAt: later(60),
      });
    });

    test.each(attemptStates)("a claim of an attempt that is %s follows the move table", async (state) => {
      const attempt = await stored({ state });
      const { database, stores } = subject();
      const claimed = await database.transaction((tx) =>
        stores.attempts.claim(tx, { id: attempt.id, jobId: attempt.jobId, at: sampleAt }),
      );
      expect(claimed?.state ?? null).toBe("claim" in attemptMoves[state] ? "provisioning" : null);
    });

    test("a claim for another job is refused", async () => {
      const attempt = await stored();
      const { database, stores } = subject();
      const claimed = await database.transaction((tx) =>
        stores.attempts.claim(tx, { id: attempt.id, jobId: randomUUID(), at: sampleAt }),
      );
      expect(claimed).toBeNull();
      expect(await stores.attempts.get(attempt.id)).toEqual(attempt);
    });

    test("the fence lets the newest epoch through and refuses every other", async () => {
      const attempt = await stored({ epoch: 3, state: "working" });
      const { database, stores } = subject();
      const fence = (epoch: number) =>
        database.transaction((tx) => stores.attempts.fence(tx, { id: attempt.id, epoch }));
      expect(await fence(3)).toEqual(attempt);
      for (const epoch of [0, 2, 4]) await expect(fence(epoch)).rejects.toMatchObject({ fault: { kind: "stale" } });
    });

    test.each(attemptStates)("the fence of an attempt that is %s", async (state) => {
      const attempt = await stored({ epoch: 1, state });
      const { database, stores } = subject();
      const fence = database.transaction((tx) => stores.attempts.fence(tx, { id: attempt.id, epoch: 1 }));
      const live: readonly string[] = liveAttemptStates;
      if (live.includes(state)) expect((await fence).state).toBe(state);
      else await expect(fence).rejects.toMatchObject({ fault: { kind: "stale" } });
    });

    test("of two movers that saw the same version, one is stale", async () => {
      const attempt = await stored({ state: "working" });
      const { database, stores } = subject();
      const move = (reason: string) =>
        database.transaction((tx) =>
          stores.attempts.move(tx, attempt, { move: "fail", patch: { reason, endedAt: later(1) } }),
        );
      const outcomes = await Promise.allSettled([move("one"), move("other")]);
      expect(outcomes.map((outcome) => outcome.status).toSorted()).toEqual(["fulfilled", "rejected"]);
      const refused = outcomes.find((outcome) => outcome.status === "rejected");
      expect(refused?.reason).toMatchObject({ fault: { kind: "stale", what: "attempt", id: attempt.id } });
      expect(await stores.attempts.get(attempt.id)).toMatchObject({ state: "failed", version: 2, endedAt: later(1) });
    });

    test.each(attemptStates)("moves from %s are those of the table", async (state) => {
      const attempt = await stored({ state });
      const { database, stores } = subject();
      const legal: readonly string[] = legalMoves(attemptMoves, state);
      for (const move of ["work", "land", "wake"] as const) {
        if (legal.includes(move)) continue;
        const moving = database.transaction((tx) => stores.attempts.move(tx, attempt, { move }));
        await expect(moving).rejects.toMatchObject({ fault: { kind: "illegal-move", state, move } });
      }
      expect(await stores.attempts.get(attempt.id)).toEqual(attempt);
    });

    test("a patch keeps the state, and null clears what was there", async () => {
      const attempt = await stored({ state: "working", feedback, reason: "old" });
      const { database, stores } = subject();
      const patched = await database.transaction((tx) =>
        stores.attempts.patch(tx, attempt, {
          reason: null,
          feedback: null,
          tip: "a".repeat(40),
          cancelRequested: true,
        }),
      );
      expect(patched).toEqual({
        ...attempt,
        version: 2,
        reason: null,
        feedback: null,
        tip: "a".repeat(40),
        cancelRequested: true,
      });
      await expect(
        database.transaction((tx) => stores.attempts.patch(tx, attempt, { reason: "late" })),
      ).rejects.toMatchObject({
        fault: { kind: "stale" },
      });
    });

    test("a beat leaves the version alone and is refused once the attempt was lost", async () => {
      const attempt = await stored({ state: "working", epoch: 1 });
      const { database, stores } = subject();
      const beat = (epoch: number, at: Date, outputAt: Date | null) =>
        stores.attempts.beat({ id: attempt.id, epoch, at, outputAt, agentState: "active" });
      expect(await beat(1, later(30), later(20))).toBe(true);
      expect(await beat(1, later(60), null)).toBe(true);
      expect(await stores.attempts.get(attempt.id)).toEqual({
        ...attempt,
        agentState: "active",
        beatAt: later(60),
        outputAt: later(20),
      });
      await database.transaction((tx) =>
        stores.attempts.claim(tx, { id: attempt.id, jobId: attempt.jobId, at: later(61) }),
      );
      expect(await beat(1, later(90), null)).toBe(false);
      expect(await beat(2, later(90), null)).toBe(true);
    });

    test("a parked attempt has no runner, so its beat is refused", async () => {
      const attempt = await stored({ state: "parked", epoch: 1 });
      const beat = { id: attempt.id, epoch: 1, at: later(30), outputAt: null, agentState: "active" } as const;
      expect(await subject().stores.attempts.beat(beat)).toBe(false);
    });
  });
}
