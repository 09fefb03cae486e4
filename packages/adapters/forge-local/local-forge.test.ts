import { openMemoryDatabase } from "@omoios/adapters/postgres/embedded/open-embedded-database";
import type { PostgresDatabase } from "@omoios/adapters/postgres/postgres-database";
import { createStores } from "@omoios/adapters/postgres/stores";
import type { PullRequest } from "@omoios/engine/ports/forge";
import { later, sampleAt, storePlan } from "@omoios/engine/testing/sample-rows";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LocalForge } from "./local-forge.ts";

let database: PostgresDatabase;

beforeAll(async () => {
  database = await openMemoryDatabase();
});

afterAll(() => database[Symbol.asyncDispose]());

test("opens one pull request a spec, renews it while it is open and leaves it alone afterwards", async () => {
  const stores = createStores(database);
  const forge = new LocalForge(stores.pullRequests);
  const { spec } = await storePlan({ database, stores });
  const pullRequest: PullRequest = {
    specId: spec.id,
    state: "open",
    branch: spec.branch,
    baseBranch: "main",
    baseCommit: "0".repeat(40),
    headCommit: "a".repeat(40),
    title: "Add a health endpoint",
    body: "REQ-1.1 is met",
    openedAt: sampleAt,
  };
  const open = (change: Partial<PullRequest> = {}) =>
    database.transaction((tx) => forge.open(tx, { ...pullRequest, ...change }));

  expect(await forge.find(spec.id)).toBeNull();
  await open();
  expect(await forge.find(spec.id)).toEqual(pullRequest);
  await open({ baseCommit: "1".repeat(40), headCommit: "b".repeat(40), body: "more", openedAt: later(60) });
  const renewed = { ...pullRequest, baseCommit: "1".repeat(40), headCommit: "b".repeat(40), body: "more" };
  expect(await forge.find(spec.id)).toEqual(renewed);

  const merge = () => database.transaction((tx) => forge.merge(tx, spec.id));
  expect(await merge()).toEqual({ ...renewed, state: "merged" });
  await expect(merge()).rejects.toMatchObject({ fault: { kind: "illegal-move", move: "be merged" } });
  await expect(open({ title: "again" })).rejects.toMatchObject({ fault: { kind: "illegal-move", move: "open" } });
  expect(await forge.find(spec.id)).toEqual({ ...renewed, state: "merged" });
});
