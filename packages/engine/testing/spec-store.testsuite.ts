import { randomUUID } from "node:crypto";
import type { Scenario } from "@omoios/contract/scenario";
import { describe, expect, test } from "vitest";
import { later, sampleProject, sampleSpec, storePlan } from "./sample-rows.ts";
import type { StoreSubject } from "./store-subject.ts";

/** What every project store has to do. */
export function describeProjectStore(subject: () => StoreSubject): void {
  describe("project store", () => {
    test("reads back by id and by source, and lists", async () => {
      const { database, stores } = subject();
      const project = sampleProject();
      await database.transaction((tx) => stores.projects.create(tx, project));
      expect(await stores.projects.get(project.id)).toEqual(project);
      expect(await stores.projects.bySource(project.source)).toEqual(project);
      expect(await stores.projects.bySource("/elsewhere")).toBeNull();
      expect(await stores.projects.list()).toEqual([project]);
      await expect(stores.projects.get(randomUUID())).rejects.toMatchObject({ fault: { kind: "not-found" } });
    });

    test("the second to add a repository is stale", async () => {
      const { database, stores } = subject();
      const project = sampleProject();
      await database.transaction((tx) => stores.projects.create(tx, project));
      const again = database.transaction((tx) => stores.projects.create(tx, { ...project, id: randomUUID() }));
      await expect(again).rejects.toMatchObject({ fault: { kind: "stale" } });
      expect(await stores.projects.list()).toEqual([project]);
    });

    test("a removed one is in no list, keeps what it has, and is removed once until it is restored", async () => {
      const { database, stores } = subject();
      const project = sampleProject();
      const spec = sampleSpec(project, { status: "merged" });
      await database.transaction(async (tx) => {
        await stores.projects.create(tx, project);
        await stores.specs.create(tx, spec, null);
      });
      expect(await stores.specs.countByProject(["merged"])).toEqual(new Map([[project.id, 1]]));
      const remove = () => database.transaction((tx) => stores.projects.remove(tx, project.id, later(5)));
      await remove();
      await expect(remove()).rejects.toMatchObject({ fault: { kind: "stale" } });
      expect(await stores.projects.list()).toEqual([]);
      expect(await stores.specs.list({ limit: 5 })).toEqual([]);
      expect(await stores.specs.countByStatus()).toEqual(new Map());
      expect(await stores.projects.bySource(project.source)).toEqual({ ...project, removedAt: later(5) });
      expect(await stores.specs.get(spec.id)).toEqual(spec);
      await database.transaction(async (tx) => {
        expect(await stores.specs.inProject(tx, project.id, ["merged"])).toEqual([spec]);
        expect(await stores.specs.inProject(tx, project.id, ["failed"])).toEqual([]);
        expect(await stores.projects.restore(tx, project.id)).toBe(true);
        expect(await stores.projects.restore(tx, project.id)).toBe(false);
      });
      expect(await stores.projects.list()).toEqual([project]);
    });

    test("counts each kind by itself and gives a number once", async () => {
      const { database, stores } = subject();
      const project = sampleProject();
      await database.transaction((tx) => stores.projects.create(tx, project));
      const take = (kind: "spec" | "task") =>
        database.transaction((tx) => stores.projects.nextNumber(tx, project.id, kind));
      expect(await Promise.all([take("task"), take("task"), take("spec"), take("task")])).toEqual([1, 2, 1, 3]);
    });
  });
}

/** What every spec store has to do. */
export function describeSpecStore(subject: () => StoreSubject): void {
  const scenario: Scenario = {
    version: 1,
    model: { plan: [{ a: 1 }] },
    agent: [{ task: "*", attempts: [[{ say: "hi" }]] }],
  };

  describe("spec store", () => {
    test("reads back what was written, with its scenario", async () => {
      const { database, stores } = subject();
      const project = sampleProject();
      const [plain, scripted] = [
        sampleSpec(project),
        sampleSpec(project, { number: 2, assumptions: ["port 80"], pausedReason: "used up", pausedBy: "budget" }),
      ];
      await database.transaction(async (tx) => {
        await stores.projects.create(tx, project);
        await stores.specs.create(tx, plain, null);
        await stores.specs.create(tx, scripted, scenario);
      });
      expect(await stores.specs.get(plain.id)).toEqual(plain);
      expect(await stores.specs.byNumber(project.id, 2)).toEqual(scripted);
      expect(await stores.specs.byNumber(project.id, 3)).toBeNull();
      expect(await stores.specs.scenario(plain.id)).toBeNull();
      expect(await stores.specs.scenario(scripted.id)).toEqual(scenario);
      await expect(stores.specs.get("SPC-1")).rejects.toMatchObject({
        fault: { kind: "not-found", what: "spec", id: "SPC-1" },
      });
    });

    test("of two movers that saw the same version, one is stale and changes nothing", async () => {
      const { database, stores } = subject();
      const { spec } = await storePlan(subject());
      const verifying = await database.transaction((tx) =>
        stores.specs.move(tx, spec, { move: "verify", patch: { attention: "look" } }),
      );
      expect(verifying).toEqual({ ...spec, status: "verifying", attention: "look", version: 2 });
      const late = database.transaction((tx) => stores.specs.move(tx, spec, { move: "cancel" }));
      await expect(late).rejects.toMatchObject({ fault: { kind: "stale" } });
      expect(await stores.specs.get(spec.id)).toEqual(verifying);
    });

    test("refuses a move the table does not have, naming the spec", async () => {
      const { database, stores } = subject();
      const { spec } = await storePlan(subject());
      const merging = database.transaction((tx) => stores.specs.move(tx, spec, { move: "merge" }));
      await expect(merging).rejects.toMatchObject({
        fault: { kind: "illegal-move", what: "SPC-1", state: "executing", move: "merge" },
      });
    });

    test("patches without moving", async () => {
      const { database, stores } = subject();
      const { spec } = await storePlan(subject());
      const patched = await database.transaction((tx) =>
        stores.specs.patch(tx, spec, { assumptions: ["a", "b"], phase: "SYNC" }),
      );
      expect(patched).toEqual({ ...spec, assumptions: ["a", "b"], phase: "SYNC", version: 2 });
    });

    test("lists newest first in pages, by project and status, and counts", async () => {
      const { database, stores } = subject();
      const [project, other] = [sampleProject(), sampleProject()];
      const specs = [1, 2, 3, 4].map((number) =>
        sampleSpec(project, { number, requestedAt: later(number < 3 ? 1 : number) }),
      );
      const elsewhere = sampleSpec(other, { status: "failed", requestedAt: later(9) });
      await database.transaction(async (tx) => {
        await stores.projects.create(tx, project);
        await stores.projects.create(tx, other);
        for (const spec of [...specs, elsewhere]) await stores.specs.create(tx, spec, null);
      });
      const seen: string[] = [];
      for (let page = await stores.specs.list({ projectId: project.id, limit: 2 }); page.length > 0;) {
        seen.push(...page.map((spec) => spec.id));
        const before = page.at(-1);
        page = before === undefined ? [] : await stores.specs.list({ projectId: project.id, before, limit: 2 });
      }
      expect(new Set(seen)).toEqual(new Set(specs.map((spec) => spec.id)));
      expect(seen.slice(0, 2)).toEqual([specs[3]?.id, specs[2]?.id]);
      expect(await stores.specs.list({ statuses: ["failed", "merged"], limit: 5 })).toEqual([elsewhere]);
      expect(await stores.specs.list({ statuses: [], limit: 5 })).toEqual([]);
      expect(await stores.specs.countByStatus()).toEqual(
        new Map([
          ["draft", 4],
          ["failed", 1],
        ]),
      );
    });
  });
}
