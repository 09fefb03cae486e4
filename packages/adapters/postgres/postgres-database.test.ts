import { sampleAt, sampleProject } from "@omoios/engine/testing/sample-rows";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openMemoryDatabase } from "./embedded/open-embedded-database.ts";
import { type Migration, migrate, readMigrations } from "./migrations.ts";
import { jobDatabaseIn, type PostgresDatabase } from "./postgres-database.ts";
import { SqlError } from "./sql-connection.ts";
import { createStores } from "./stores.ts";
import { queriesOf } from "./transaction.ts";

let database: PostgresDatabase;

beforeAll(async () => {
  database = await openMemoryDatabase();
});

afterAll(() => database[Symbol.asyncDispose]());

beforeEach(async () => {
  await sql`TRUNCATE project CASCADE`.execute(database.queries);
});

describe("transactions", () => {
  test("serialise callers in order and roll back what throws", async () => {
    const { projects } = createStores(database);
    const project = sampleProject();
    await database.transaction((tx) => projects.create(tx, project));
    const numbers = await Promise.allSettled(
      Array.from({ length: 20 }, (_none, place) =>
        database.transaction(async (tx) => {
          const number = await projects.nextNumber(tx, project.id, "spec");
          if (place % 4 === 3) throw new Error("rolled back");
          return number;
        }),
      ),
    );
    const taken = numbers.flatMap((number) => (number.status === "fulfilled" ? [number.value] : []));
    expect(taken).toEqual(Array.from({ length: 15 }, (_none, place) => place + 1));
  });

  test("refuse a query that was not given the transaction, instead of waiting for ever", async () => {
    const { projects } = createStores(database);
    const project = sampleProject();
    const forgetful = database.transaction(async (tx) => {
      await projects.create(tx, project);
      await projects.list();
    });
    await expect(forgetful).rejects.toThrow("was not given the transaction");
    const sending = database.transaction(() => database.jobs.executeSql("SELECT 1"));
    await expect(sending).rejects.toThrow("was not given the transaction");
    expect(await projects.list()).toEqual([]);
  });

  test("let work that they started query once they are over", async () => {
    const { projects } = createStores(database);
    const over = Promise.withResolvers<void>();
    let later: Promise<unknown> | undefined;
    await database.transaction(async () => {
      later = over.promise.then(() => projects.list());
    });
    over.resolve();
    expect(await later).toEqual([]);
  });

  test("refuse to commit after a failed statement whose error was caught", async () => {
    const { projects } = createStores(database);
    const swallowing = database.transaction(async (tx) => {
      await projects.create(tx, sampleProject());
      await sql`SELECT 1 / 0`.execute(queriesOf(tx)).catch(() => "swallowed");
    });
    await expect(swallowing).rejects.toThrow("nothing of it can be committed");
    expect(await projects.list()).toEqual([]);
  });

  test("report SQL errors with their state", async () => {
    const failing = sql`SELECT 1 / 0`.execute(database.queries);
    await expect(failing).rejects.toBeInstanceOf(SqlError);
    await expect(failing).rejects.toMatchObject({ code: "22012" });
  });

  test("are known to the driver that opened them only", () => {
    expect(() => jobDatabaseIn({} as Parameters<typeof jobDatabaseIn>[0])).toThrow("another driver");
  });
});

describe("the queue's SQL", () => {
  test("runs several statements and returns the rows of all", async () => {
    const { rows } = await database.jobs.executeSql("SELECT 1 AS snake_case; SELECT 2 AS snake_case");
    expect(rows).toEqual([{ snake_case: 1 }, { snake_case: 2 }]);
  });

  test("leaves no transaction open when it fails half way", async () => {
    await expect(database.jobs.executeSql("BEGIN; SELECT 1 / 0; COMMIT")).rejects.toThrow("division by zero");
    expect((await database.jobs.executeSql("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  });

  test("keeps column names and takes part in the transaction", async () => {
    const rows = await database.transaction(async (tx) => {
      const jobs = jobDatabaseIn(tx);
      await jobs.executeSql("CREATE TABLE scrap (some_column int)");
      await jobs.executeSql("INSERT INTO scrap VALUES ($1)", [7]);
      const read = await jobs.executeSql("SELECT some_column FROM scrap");
      await jobs.executeSql("DROP TABLE scrap");
      return read.rows;
    });
    expect(rows).toEqual([{ some_column: 7 }]);
  });

  test("hears notifications of its channel until it stops listening", async () => {
    const heard: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    let connected = 0;
    const listening = await database.jobs.listen(
      "scrap_channel",
      (payload) => {
        heard.push(payload);
        resolve();
      },
      () => (connected += 1),
    );
    await database.jobs.executeSql("SELECT pg_notify('scrap_channel', 'first')");
    await promise;
    await listening.close();
    await database.jobs.executeSql("SELECT pg_notify('scrap_channel', 'second')");
    await database.jobs.executeSql("SELECT 1");
    expect({ heard, connected }).toEqual({ heard: ["first"], connected: 1 });
  });
});

describe("migrations", () => {
  test("are numbered without gaps and run once", async () => {
    const known = await readMigrations();
    expect(known.map((migration) => migration.number)).toEqual(known.map((_migration, index) => index + 1));
    expect(await migrate(database.queries, known, sampleAt)).toEqual([]);
  });

  test("run forward, all or none", async () => {
    const known = await readMigrations();
    const good: Migration = {
      number: known.length + 1,
      name: "0900_scrap.sql",
      text: "CREATE TABLE scrap (id int); SELECT 1;",
    };
    const bad: Migration = { number: known.length + 2, name: "0901_scrap.sql", text: "CREATE TABLE scrap (id int);" };
    await expect(migrate(database.queries, [...known, good, bad], sampleAt)).rejects.toThrow("already exists");
    expect(await migrate(database.queries, [...known, good], sampleAt)).toEqual(["0900_scrap.sql"]);

    await expect(migrate(database.queries, known, sampleAt)).rejects.toMatchObject({
      fault: {
        kind: "unavailable",
        message: expect.stringContaining("newer OmoiOS") as unknown,
        fix: expect.stringContaining("Update") as unknown,
      },
    });
    const edited = [...known, { ...good, text: `${good.text} -- edited` }];
    await expect(migrate(database.queries, edited, sampleAt)).rejects.toMatchObject({
      fault: { kind: "invalid", problems: [{ at: "migrations/0900_scrap.sql" }] },
    });
    await sql`DROP TABLE scrap; DELETE FROM schema_migration WHERE name = '0900_scrap.sql'`.execute(database.queries);
  });
});
