import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Approval, PhaseOutput } from "../ports/plan-store.ts";
import { later, sampleAt, storePlan } from "./sample-rows.ts";
import type { StoreSubject } from "./store-subject.ts";

/** What every plan store has to do. */
export function describePlanStore(subject: () => StoreSubject): void {
  describe("plan store", () => {
    test("reads a published plan back", async () => {
      const { stores } = subject();
      const { spec, tasks, criterion, check } = await storePlan(subject(), {
        tasks: 3,
        needs: [
          [2, 0],
          [2, 1],
        ],
      });
      expect(await stores.plans.criteria(spec.id)).toEqual([criterion]);
      expect(await stores.plans.criteriaOfTask(tasks[0]?.id ?? "")).toEqual([criterion]);
      expect(await stores.plans.checks(spec.id)).toEqual([check]);
      expect(await stores.plans.requirements(spec.id)).toMatchObject([{ label: "REQ-1", priority: "must" }]);
      const [ticket] = await stores.plans.tickets(spec.id);
      expect(await stores.plans.ticket(ticket?.id ?? "")).toEqual(ticket);
      expect(await stores.tasks.ofSpec(spec.id)).toEqual(tasks);
      expect(await stores.tasks.edges(spec.id)).toHaveLength(2);
    });

    test("publishes all of a plan or nothing", async () => {
      const { database, stores } = subject();
      const { spec, tasks } = await storePlan(subject());
      const [task] = tasks;
      if (task === undefined) throw new Error("a plan without a task");
      const requirement = {
        id: randomUUID(),
        specId: spec.id,
        label: "REQ-2",
        text: "It shall.",
        priority: "should",
      } as const;
      const empty = { criteria: [], checks: [], tickets: [], edges: [], proves: [] };
      const publishing = database.transaction((tx) =>
        stores.plans.publish(tx, { ...empty, requirements: [requirement], tasks: [task] }),
      );
      await expect(publishing).rejects.toThrow();
      expect((await stores.plans.requirements(spec.id)).map((row) => row.label)).toEqual(["REQ-1"]);
    });

    test("keeps phase outputs by version, and approvals", async () => {
      const { database, stores } = subject();
      const { spec } = await storePlan(subject());
      const output: PhaseOutput = {
        specId: spec.id,
        phase: "TASKS",
        version: 1,
        status: "finished",
        output: { tasks: [{ snake_case: "kept\0" }] },
        madeFrom: ["REQUIREMENTS@1"],
        promptDigest: "abc",
        madeBy: "tasks",
        findings: [{ rule: "cycle", at: "a → b → a", message: "these need each other", fix: "Break it" }],
        evaluation: { complete: { score: 0.5, reason: "half of it" } },
        score: 0.5,
        createdAt: sampleAt,
      };
      const skipped: PhaseOutput = {
        ...output,
        phase: "PRD",
        status: "skipped",
        output: null,
        madeFrom: [],
        promptDigest: null,
        madeBy: "code",
        findings: [],
        evaluation: null,
        score: null,
      };
      const approval: Approval = {
        id: randomUUID(),
        specId: spec.id,
        subject: "plan",
        digest: "abc",
        decision: "approved",
        decidedBy: "policy",
        reason: null,
        sentBack: null,
        decidedAt: sampleAt,
      };
      await database.transaction(async (tx) => {
        await stores.plans.addPhaseOutputs(tx, [skipped, output, { ...output, version: 2, createdAt: later(1) }]);
        await stores.plans.addApproval(tx, approval);
        expect(await stores.plans.phaseOutputs(spec.id, tx)).toHaveLength(3);
      });
      const clean = { ...output, output: { tasks: [{ snake_case: "kept\uFFFD" }] } };
      expect(await stores.plans.phaseOutputs(spec.id)).toEqual([
        skipped,
        clean,
        { ...clean, version: 2, createdAt: later(1) },
      ]);
      expect(await stores.plans.approvals(spec.id)).toEqual([approval]);
    });
  });
}

/** What every task store has to do. */
export function describeTaskStore(subject: () => StoreSubject): void {
  describe("task store", () => {
    test("a task becomes ready when its last dependency is met, and not before", async () => {
      const { database, stores } = subject();
      const { tasks } = await storePlan(subject(), {
        tasks: 4,
        needs: [
          [2, 0],
          [2, 1],
          [3, 0],
        ],
      });
      const [first, second, both, one] = tasks;
      const meet = (id: string | undefined, seconds: number) =>
        database.transaction((tx) => stores.tasks.meetDependency(tx, id ?? "", later(seconds)));
      expect(await meet(first?.id, 10)).toEqual([
        { ...one, unmet: 0, status: "ready", readyAt: later(10), version: 2 },
      ]);
      expect(await stores.tasks.get(both?.id ?? "")).toEqual({ ...both, unmet: 1, version: 2 });
      expect(await meet(second?.id, 20)).toEqual([
        { ...both, unmet: 0, status: "ready", readyAt: later(20), version: 3 },
      ]);
    });

    test("a blocked task does not become ready by it", async () => {
      const { database, stores } = subject();
      const { tasks } = await storePlan(subject(), { tasks: 2, needs: [[1, 0]] });
      const [first, second] = tasks;
      if (first === undefined || second === undefined) throw new Error("a plan without tasks");
      const ready = await database.transaction(async (tx) => {
        await stores.tasks.move(tx, second, {
          move: "block",
          patch: { blockedReason: "dependency", question: "Retry?" },
        });
        return stores.tasks.meetDependency(tx, first.id, sampleAt);
      });
      expect(ready).toEqual([]);
      expect(await stores.tasks.get(second.id)).toMatchObject({ status: "blocked", unmet: 0, question: "Retry?" });
    });

    test("of two movers one is stale; illegal moves are named", async () => {
      const { database, stores } = subject();
      const [task] = (await storePlan(subject())).tasks;
      if (task === undefined) throw new Error("a plan without a task");
      const factors = { priority: 0.5, age: 0, deadline: 0, downstream: 0.1, fresh: 1, starved: false };
      const start = () =>
        database.transaction((tx) =>
          stores.tasks.move(tx, task, { move: "start", patch: { score: 0.5, scoreFactors: factors } }),
        );
      const outcomes = await Promise.allSettled([start(), start()]);
      expect(outcomes.map((outcome) => outcome.status).toSorted()).toEqual(["fulfilled", "rejected"]);
      expect(outcomes.find((outcome) => outcome.status === "rejected")?.reason).toMatchObject({
        fault: { kind: "stale" },
      });
      const running = await stores.tasks.get(task.id);
      expect(running).toEqual({ ...task, status: "running", version: 2, score: 0.5, scoreFactors: factors });
      const landing = database.transaction((tx) => stores.tasks.move(tx, running, { move: "land" }));
      await expect(landing).rejects.toMatchObject({
        fault: { kind: "illegal-move", what: "TSK-001", state: "running" },
      });
    });

    test("finds tasks by number", async () => {
      const { stores } = subject();
      const { project, tasks } = await storePlan(subject(), { tasks: 2 });
      expect(await stores.tasks.byNumber(project.id, 2)).toEqual(tasks[1]);
      expect(await stores.tasks.byNumber(project.id, 3)).toBeNull();
    });
  });
}
