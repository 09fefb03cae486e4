import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AdmissionStore } from "../ports/admission-store.ts";
import type { Transaction } from "../ports/database.ts";
import { sampleAttempt, sampleProject, type SamplePlan, storePlan } from "./sample-rows.ts";
import type { StoreSubject } from "./store-subject.ts";

type Step =
  | { readonly kind: "resize"; readonly global: number; readonly perProject: number }
  | { readonly kind: "take"; readonly task: number }
  | { readonly kind: "release"; readonly task: number };

const tasksEach = 5;
const taskPlace = fc.nat({ max: 2 * tasksEach - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("resize" as const),
    global: fc.integer({ min: 0, max: 6 }),
    perProject: fc.integer({ min: 0, max: 4 }),
  }),
  fc.record({ kind: fc.constant("take" as const), task: taskPlace }),
  fc.record({ kind: fc.constant("take" as const), task: taskPlace }),
  fc.record({ kind: fc.constant("release" as const), task: taskPlace }),
);

/** What every admission store has to do. */
export function describeAdmissionStore(subject: () => StoreSubject): void {
  const admitting = <Value>(body: (tx: Transaction, admission: AdmissionStore) => Promise<Value>): Promise<Value> => {
    const { database, stores } = subject();
    return database.transaction(async (tx) => {
      await stores.admission.lock(tx);
      return body(tx, stores.admission);
    });
  };

  describe("admission store", () => {
    test("never has more slots taken than the limits allow, through any sequence of changes", async () => {
      const plans = [
        await storePlan(subject(), { tasks: tasksEach }),
        await storePlan(subject(), { tasks: tasksEach }),
      ];
      const attempts = plans.flatMap((plan) => plan.tasks.map((task) => sampleAttempt(task)));
      await subject().database.transaction(async (tx) => {
        for (const attempt of attempts) await subject().stores.attempts.create(tx, attempt);
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
          await admitting(async (tx, admission) => {
            for (const attempt of attempts) await admission.release(tx, attempt.id);
            await admission.resize(tx, { global: 3, perProject: 2 });
          });
          const model = new SlotModel(3, 2);
          for (const change of steps) {
            await admitting(async (tx, admission) => {
              if (change.kind === "resize") {
                await admission.resize(tx, change);
                model.resize(change.global, change.perProject);
                return;
              }
              const attempt = attempts[change.task];
              if (attempt === undefined) return;
              if (change.kind === "release") {
                await admission.release(tx, attempt.id);
                model.release(attempt.id);
              } else if (!model.holds(attempt.id)) {
                expect(await admission.take(tx, attempt)).toBe(model.take(attempt.id, attempt.projectId));
              }
              const free = await admission.free(tx);
              expect(free.global).toBe(model.freeGlobal());
              for (const plan of plans)
                expect(free.byProject.get(plan.project.id) ?? 0).toBe(model.freeOf(plan.project.id));
            });
          }
          const held = await subject().stores.admission.held();
          expect(
            held
              .filter((slot) => slot.scope === "global")
              .map((slot) => slot.attemptId)
              .toSorted(),
          ).toEqual(model.holders());
        }),
        { numRuns: 25 },
      );
    });

    test("takes both slots or none", async () => {
      const plan = await storePlan(subject(), { tasks: 2 });
      const [first, second] = await storeAttempts(subject(), plan);
      await admitting((tx, admission) => admission.resize(tx, { global: 5, perProject: 1 }));
      expect(await admitting((tx, admission) => admission.take(tx, first))).toBe(true);
      expect(await admitting((tx, admission) => admission.take(tx, second))).toBe(false);
      expect((await subject().stores.admission.held()).map(({ scope, attemptId }) => ({ scope, attemptId }))).toEqual([
        { scope: "global", attemptId: first.id },
        { scope: `project:${plan.project.id}`, attemptId: first.id },
      ]);
    });

    test("gives a slot back when the transaction that took it is rolled back", async () => {
      const plan = await storePlan(subject());
      const [attempt] = await storeAttempts(subject(), plan);
      await admitting((tx, admission) => admission.resize(tx, { global: 1, perProject: 1 }));
      const taking = admitting(async (tx, admission) => {
        expect(await admission.take(tx, attempt)).toBe(true);
        throw new Error("changed my mind");
      });
      await expect(taking).rejects.toThrow("changed my mind");
      expect(await subject().stores.admission.held()).toEqual([]);
      expect(await admitting((tx, admission) => admission.take(tx, attempt))).toBe(true);
    });

    test("a slot may be taken before its attempt is written, but not without it", async () => {
      const plan = await storePlan(subject());
      const [task] = plan.tasks;
      if (task === undefined) throw new Error("a plan without a task");
      const attempt = sampleAttempt(task);
      await admitting((tx, admission) => admission.resize(tx, { global: 1, perProject: 1 }));
      await expect(
        admitting((tx, admission) => admission.take(tx, { ...attempt, id: randomUUID() })),
      ).rejects.toThrow();
      await admitting(async (tx, admission) => {
        expect(await admission.take(tx, attempt)).toBe(true);
        await subject().stores.attempts.create(tx, attempt);
      });
      expect(await subject().stores.admission.held()).toHaveLength(2);
    });

    test("releasing what holds nothing is fine", async () => {
      await admitting((tx, admission) => admission.release(tx, randomUUID()));
      expect(await subject().stores.admission.held()).toEqual([]);
    });

    test("offers every ready task of running specs, with what its score needs", async () => {
      const { database, stores } = subject();
      const project = sampleProject();
      await database.transaction((tx) => stores.projects.create(tx, project));
      const running = await storePlan(subject(), { project, tasks: 3, needs: [[2, 0]] });
      const paused = await storePlan(subject(), { project, specNumber: 2, firstTaskNumber: 10 });
      const [first] = running.tasks;
      if (first === undefined) throw new Error("a plan without a task");
      await database.transaction(async (tx) => {
        await stores.specs.patch(tx, paused.spec, { pausedReason: "used up", pausedBy: "budget" });
        await stores.attempts.create(tx, sampleAttempt(first, { state: "lost" }));
        await stores.attempts.create(tx, sampleAttempt(first, { number: 2, state: "parked" }));
      });
      const ready = await admitting((tx, admission) => admission.ready(tx));
      const { id, projectId, number, priority, readyAt } = first;
      const offered = { projectId, priority, downstream: 1, longestDownstream: 1 };
      expect(ready.toSorted((one, other) => one.number - other.number)).toEqual([
        { ...offered, id, number, readyAt, attempts: 2 },
        { ...offered, id: running.tasks[1]?.id, number: 2, readyAt: running.tasks[1]?.readyAt, attempts: 0 },
      ]);
    });

    test("measures a chain beside the longest that is left of its spec, and leaves no ready task out", async () => {
      const { database, stores } = subject();
      const { tasks } = await storePlan(subject(), { tasks: 150 });
      const [sample] = tasks;
      if (sample === undefined) throw new Error("a plan without a task");
      const chains = [
        { number: 1_001, downstream: 9, status: "complete" },
        { number: 1_002, downstream: 7, status: "blocked" },
        { number: 1_003, downstream: 6, status: "ready" },
      ] as const;
      await database.transaction(async (tx) => {
        for (const chain of chains) await stores.tasks.create(tx, { ...sample, ...chain, id: randomUUID() });
      });
      const ready = await admitting((tx, admission) => admission.ready(tx));
      expect(ready).toHaveLength(151);
      expect(new Set(ready.map((task) => task.longestDownstream))).toEqual(new Set([7]));
      expect(ready.find((task) => task.number === 1_003)).toMatchObject({ downstream: 6, longestDownstream: 7 });
    });
  });
}

async function storeAttempts(subject: StoreSubject, plan: SamplePlan) {
  const attempts = plan.tasks.map((task) => sampleAttempt(task));
  await subject.database.transaction(async (tx) => {
    for (const attempt of attempts) await subject.stores.attempts.create(tx, attempt);
  });
  const [first, second = first] = attempts;
  if (first === undefined || second === undefined) throw new Error("a plan without tasks");
  return [first, second] as const;
}

/** What the limits mean: nobody new gets in while as many as the limit, or more, are in. */
class SlotModel {
  readonly #held = new Map<string, string>();
  #global: number;
  #perProject: number;

  constructor(global: number, perProject: number) {
    this.#global = global;
    this.#perProject = perProject;
  }

  resize(global: number, perProject: number): void {
    this.#global = global;
    this.#perProject = perProject;
  }

  holds(attemptId: string): boolean {
    return this.#held.has(attemptId);
  }

  take(attemptId: string, projectId: string): boolean {
    if (this.freeGlobal() === 0 || this.freeOf(projectId) === 0) return false;
    this.#held.set(attemptId, projectId);
    return true;
  }

  release(attemptId: string): void {
    this.#held.delete(attemptId);
  }

  freeGlobal(): number {
    return Math.max(0, this.#global - this.#held.size);
  }

  freeOf(projectId: string): number {
    return Math.max(0, this.#perProject - [...this.#held.values()].filter((project) => project === projectId).length);
  }

  holders(): readonly string[] {
    return [...this.#held.keys()].toSorted();
  }
}
