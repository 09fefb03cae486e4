import { describe, expect, test } from "vitest";
import type { Ledger } from "../ports/ledger.ts";
import { later, sampleAt, sampleAttempt, storePlan } from "./sample-rows.ts";
import type { StoreSubject } from "./store-subject.ts";

/** What every ledger has to do. */
export function describeLedger(subject: () => StoreSubject): void {
  const attemptId = async (): Promise<string> => {
    const { database, stores } = subject();
    const [task] = (await storePlan(subject())).tasks;
    if (task === undefined) throw new Error("a plan without a task");
    const attempt = sampleAttempt(task, { state: "working", epoch: 1 });
    await database.transaction((tx) => stores.attempts.create(tx, attempt));
    return attempt.id;
  };
  const begin = (step: Parameters<Ledger["begin"]>[1]) => {
    const { database, stores } = subject();
    return database.transaction((tx) => stores.ledger.begin(tx, step));
  };
  const finish = (step: Omit<Parameters<Ledger["finish"]>[1], "at">) => {
    const { database, stores } = subject();
    return database.transaction((tx) => stores.ledger.finish(tx, { ...step, at: later(100) }));
  };

  describe("ledger", () => {
    test("keeps the time of the first intent through later ones", async () => {
      const id = await attemptId();
      expect(await begin({ attemptId: id, name: "provision", epoch: 1, at: sampleAt })).toEqual({
        done: false,
        startedAt: sampleAt,
      });
      expect(await begin({ attemptId: id, name: "provision", epoch: 2, at: later(60) })).toEqual({
        done: false,
        startedAt: sampleAt,
      });
      expect(await subject().stores.ledger.ofAttempt(id)).toEqual([
        { attemptId: id, name: "provision", done: false, epoch: 2, startedAt: sampleAt, endedAt: null },
      ]);
    });

    test.each([{ tip: "abc", nested: { snake_case: [1, null] } }, "text", 7, false, null, undefined])(
      "returns the output %j of a step that is done, whoever asks",
      async (output) => {
        const id = await attemptId();
        await begin({ attemptId: id, name: "agent", epoch: 1, at: sampleAt });
        await finish({ attemptId: id, name: "agent", epoch: 1, output });
        expect(await begin({ attemptId: id, name: "agent", epoch: 2, at: later(200) })).toEqual({
          done: true,
          output: output ?? null,
          startedAt: sampleAt,
        });
        expect(await subject().stores.ledger.ofAttempt(id)).toMatchObject([
          { name: "agent", done: true, epoch: 1, endedAt: later(100) },
        ]);
      },
    );

    test("a step is finished once, by the epoch that began it last", async () => {
      const id = await attemptId();
      await begin({ attemptId: id, name: "merge", epoch: 1, at: sampleAt });
      await begin({ attemptId: id, name: "merge", epoch: 2, at: later(60) });
      await expect(finish({ attemptId: id, name: "merge", epoch: 1, output: "late" })).rejects.toMatchObject({
        fault: { kind: "stale" },
      });
      await finish({ attemptId: id, name: "merge", epoch: 2, output: "landed" });
      await expect(finish({ attemptId: id, name: "merge", epoch: 2, output: "again" })).rejects.toMatchObject({
        fault: { kind: "stale" },
      });
      expect(await begin({ attemptId: id, name: "merge", epoch: 3, at: later(90) })).toMatchObject({
        done: true,
        output: "landed",
      });
    });

    test("a step that was never begun cannot be finished", async () => {
      const id = await attemptId();
      await expect(finish({ attemptId: id, name: "merge", epoch: 1, output: null })).rejects.toMatchObject({
        fault: { kind: "stale" },
      });
    });

    test("a rolled back intent leaves nothing", async () => {
      const id = await attemptId();
      const { database, stores } = subject();
      const beginning = database.transaction(async (tx) => {
        await stores.ledger.begin(tx, { attemptId: id, name: "agent", epoch: 1, at: sampleAt });
        throw new Error("killed");
      });
      await expect(beginning).rejects.toThrow("killed");
      expect(await stores.ledger.ofAttempt(id)).toEqual([]);
    });

    test("forgets the steps it is told to and no others", async () => {
      const id = await attemptId();
      for (const name of ["collect", "prove", "land"]) {
        await begin({ attemptId: id, name, epoch: 1, at: sampleAt });
        await finish({ attemptId: id, name, epoch: 1, output: name });
      }
      const { database, stores } = subject();
      await database.transaction((tx) => stores.ledger.reset(tx, id, ["prove", "land"]));
      await database.transaction((tx) => stores.ledger.reset(tx, id, []));
      expect((await stores.ledger.ofAttempt(id)).map((row) => row.name)).toEqual(["collect"]);
      expect(await begin({ attemptId: id, name: "prove", epoch: 2, at: later(60) })).toEqual({
        done: false,
        startedAt: later(60),
      });
    });
  });
}
