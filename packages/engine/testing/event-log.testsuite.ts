import type { NewEvent } from "@omoios/contract/events";
import { describe, expect, test } from "vitest";
import { sampleAt, sampleProject, storePlan } from "./sample-rows.ts";
import type { StoreSubject } from "./store-subject.ts";

/** What every event log has to do, whatever database keeps it. */
export function describeEventLog(subject: () => StoreSubject): void {
  describe("event log", () => {
    test("gives positions in order and reads back what was appended", async () => {
      const { database, stores } = subject();
      const { project, spec } = await storePlan(subject());
      await database.transaction((tx) =>
        stores.events.append(tx, {
          projectId: project.id,
          events: [raised(spec.id, "first"), raised(spec.id, "second")],
          at: sampleAt,
        }),
      );
      const events = await stores.events.read({ after: 0, limit: 10 });
      expect(events).toEqual([
        { ...raised(spec.id, "first"), seq: 1, projectId: project.id, at: sampleAt.toISOString() },
        { ...raised(spec.id, "second"), seq: 2, projectId: project.id, at: sampleAt.toISOString() },
      ]);
      expect(await stores.events.latest()).toBe(2);
    });

    test("pages by position and filters by spec and type", async () => {
      const { database, stores } = subject();
      const first = await storePlan(subject());
      const second = await storePlan(subject());
      for (const plan of [first, second, first, second]) {
        await database.transaction((tx) =>
          stores.events.append(tx, {
            projectId: plan.project.id,
            events: [raised(plan.spec.id, "look")],
            at: sampleAt,
          }),
        );
      }
      const page = await stores.events.read({ after: 1, limit: 2 });
      expect(page.map((event) => event.seq)).toEqual([2, 3]);
      const own = await stores.events.read({ after: 0, limit: 10, specId: second.spec.id });
      expect(own.map((event) => event.seq)).toEqual([2, 4]);
      const cleared = await stores.events.read({ after: 0, limit: 10, types: ["spec.attention_cleared"] });
      expect(cleared).toEqual([]);
      const raisedOnes = await stores.events.read({ after: 2, limit: 10, types: ["spec.attention_raised"] });
      expect(raisedOnes.map((event) => event.seq)).toEqual([3, 4]);
    });

    test("keeps no event of a transaction that is rolled back, and no gap for it", async () => {
      const { database, stores } = subject();
      const { project, spec } = await storePlan(subject());
      const attempt = database.transaction(async (tx) => {
        await stores.events.append(tx, {
          projectId: project.id,
          events: [raised(spec.id, "lost"), raised(spec.id, "lost too")],
          at: sampleAt,
        });
        throw new Error("changed my mind");
      });
      await expect(attempt).rejects.toThrow("changed my mind");
      await database.transaction((tx) =>
        stores.events.append(tx, { projectId: project.id, events: [raised(spec.id, "kept")], at: sampleAt }),
      );
      const events = await stores.events.read({ after: 0, limit: 10 });
      expect(events.map(({ seq, payload }) => ({ seq, payload }))).toEqual([
        { seq: 1, payload: { label: "SPC-1", reason: "kept" } },
      ]);
    });

    test("gives concurrent transactions positions without gap or overlap, in commit order", async () => {
      const { database, stores } = subject();
      const plans = [await storePlan(subject()), await storePlan(subject()), await storePlan(subject())];
      const committed: string[] = [];
      await Promise.all(
        Array.from({ length: 30 }, async (_none, place) => {
          const plan = plans[place % plans.length] ?? (await storePlan(subject()));
          const fails = place % 5 === 4;
          const reasons = [`${place}a`, `${place}b`];
          const writing = database.transaction(async (tx) => {
            await stores.specs.get(plan.spec.id, tx);
            await stores.events.append(tx, {
              projectId: plan.project.id,
              events: reasons.map((reason) => raised(plan.spec.id, reason)),
              at: sampleAt,
            });
            if (fails) throw new Error("rolled back");
          });
          if (fails) await expect(writing).rejects.toThrow("rolled back");
          else {
            await writing;
            committed.push(...reasons);
          }
        }),
      );
      const events = await stores.events.read({ after: 0, limit: 100 });
      expect(events.map((event) => event.seq)).toEqual(Array.from({ length: 48 }, (_none, place) => place + 1));
      const reasons = events.flatMap((event) => (event.type === "spec.attention_raised" ? [event.payload.reason] : []));
      expect(reasons.toSorted()).toEqual(committed.toSorted());
    });

    test("a reader that follows the hints sees every event once, in order", async () => {
      const { database, stores } = subject();
      const { project, spec } = await storePlan(subject());
      const seen: number[] = [];
      const everything = Promise.withResolvers<void>();
      let reading: Promise<void> = Promise.resolve();
      const subscription = stores.events.subscribe(() => {
        reading = reading.then(async () => {
          const events = await stores.events.read({ after: seen.at(-1) ?? 0, limit: 100 });
          seen.push(...events.map((event) => event.seq));
          if (seen.length === 20) everything.resolve();
        });
      });
      await Promise.all(
        Array.from({ length: 20 }, () =>
          database.transaction((tx) =>
            stores.events.append(tx, { projectId: project.id, events: [raised(spec.id, "look")], at: sampleAt }),
          ),
        ),
      );
      await everything.promise;
      subscription[Symbol.dispose]();
      await reading;
      expect(seen).toEqual(Array.from({ length: 20 }, (_none, place) => place + 1));
    });

    test("calls nobody after the subscription was disposed", async () => {
      const { database, stores } = subject();
      const { project, spec } = await storePlan(subject());
      let calls = 0;
      const woken = Promise.withResolvers<void>();
      stores.events.subscribe(() => (calls += 1))[Symbol.dispose]();
      using _other = stores.events.subscribe(woken.resolve);
      await database.transaction((tx) =>
        stores.events.append(tx, { projectId: project.id, events: [raised(spec.id, "look")], at: sampleAt }),
      );
      await woken.promise;
      expect(calls).toBe(0);
    });

    test("stores text that a database would refuse", async () => {
      const { database, stores } = subject();
      const { project, spec } = await storePlan(subject());
      await database.transaction((tx) =>
        stores.events.append(tx, {
          projectId: project.id,
          events: [raised(spec.id, "a\0b\uD800c 'quoted' \\u0000")],
          at: sampleAt,
        }),
      );
      const [event] = await stores.events.read({ after: 0, limit: 1 });
      expect(event?.payload).toEqual({ label: "SPC-1", reason: "a\uFFFDb\uFFFDc 'quoted' \\u0000" });
    });

    test("an empty batch changes nothing", async () => {
      const { database, stores } = subject();
      const project = sampleProject();
      await database.transaction(async (tx) => {
        await stores.projects.create(tx, project);
        await stores.events.append(tx, { projectId: project.id, events: [], at: sampleAt });
      });
      expect(await stores.events.latest()).toBe(0);
    });
  });
}

function raised(specId: string, reason: string): NewEvent {
  return { type: "spec.attention_raised", specId, taskId: null, attemptId: null, payload: { label: "SPC-1", reason } };
}
