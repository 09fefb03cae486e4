import { describeJobQueue } from "@omoios/engine/testing/job-queue.testsuite";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { openMemoryDatabase } from "@omoios/adapters/postgres/embedded/open-embedded-database";
import { jobDatabaseIn, type PostgresDatabase } from "@omoios/adapters/postgres/postgres-database";
import { openJobQueue } from "./open-job-queue.ts";

let database: PostgresDatabase;

beforeAll(async () => {
  database = await openMemoryDatabase();
});

afterAll(() => database[Symbol.asyncDispose]());

beforeEach(async () => {
  await database.jobs.executeSql("DROP SCHEMA IF EXISTS boss CASCADE");
});

describeJobQueue(() => ({
  database,
  open: (onError) =>
    openJobQueue({ database: database.jobs, inTransaction: jobDatabaseIn, backend: "pglite", onError }),
}));
