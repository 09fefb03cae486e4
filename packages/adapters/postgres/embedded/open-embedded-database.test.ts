import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { openJobQueue } from "@omoios/adapters/queue-pgboss/open-job-queue";
import { sampleProject } from "@omoios/engine/testing/sample-rows";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jobDatabaseIn } from "../postgres-database.ts";
import { createStores } from "../stores.ts";
import { openEmbeddedDatabase } from "./open-embedded-database.ts";

/** Creating a cluster takes seconds, and every commit is synced. */
const patienceMs = 90_000;

describe("embedded database", { timeout: patienceMs }, () => {
  const project = sampleProject();
  let scratch: string;
  let directory: string;

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), "omoios-database-"));
    directory = join(scratch, "database");
    await using database = await openEmbeddedDatabase({ directory });
    await database.transaction((tx) => createStores(database).projects.create(tx, project));
  }, patienceMs);

  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  test("keeps what was committed through closing and opening", async () => {
    await using database = await openEmbeddedDatabase({ directory });
    expect(await createStores(database).projects.list()).toEqual([project]);
  });

  test("syncs commits: fsync is on and reaches the file layer", async () => {
    await using database = await openEmbeddedDatabase({ directory });
    const { rows } = await sql`SELECT current_setting('fsync') AS fsync, current_setting('wal_sync_method') AS method,
      current_setting('synchronous_commit') AS commit`.execute(database.queries);
    expect(rows).toEqual([{ fsync: "on", method: "fsync", commit: "on" }]);
  });

  test("leaves the main thread free while PostgreSQL is busy", async () => {
    await using database = await openEmbeddedDatabase({ directory });
    let turns = 0;
    const count = (): void => {
      turns += 1;
      ticking = setImmediate(count);
    };
    let ticking = setImmediate(count);
    await sql`SELECT count(*) FROM generate_series(1, 1000000)`.execute(database.queries);
    clearImmediate(ticking);
    expect(turns).toBeGreaterThan(100);
  });

  test("refuses a second opener and names the process that has it", async () => {
    const now = new Date("2026-03-01T10:00:00.000Z");
    await using _database = await openEmbeddedDatabase({ directory, now });
    await expect(openEmbeddedDatabase({ directory })).rejects.toMatchObject({
      message: `The database in ${directory} is open in process ${process.pid} (since 2026-03-01T10:00:00.000Z)`,
      fault: { kind: "unavailable", fix: "Stop it first: omoios stop" },
    });
  });

  test("after a kill -9: the lock is free, nothing acknowledged is lost, nothing is half done, the job comes back", async () => {
    const child = spawnWriter(directory, project.id);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const jobId = (await nextLine(lines)).replace("working ", "");
    const refused = openEmbeddedDatabase({ directory });
    await expect(refused).rejects.toThrow(`is open in process ${child.pid} (since `);
    let acknowledged = 0;
    while (acknowledged < 40) acknowledged = Number((await nextLine(lines)).replace("committed ", ""));
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;

    await using database = await openEmbeddedDatabase({ directory });
    const stores = createStores(database);
    const { rows } = await sql<{ taken: number }>`SELECT task_count AS taken FROM project`.execute(database.queries);
    const taken = rows[0]?.taken ?? 0;
    expect(taken).toBeGreaterThanOrEqual(acknowledged);
    const events = await stores.events.read({ after: 0, limit: taken + 10 });
    expect(events.map((event) => event.seq)).toEqual(Array.from({ length: taken }, (_none, place) => place + 1));

    const errors: Error[] = [];
    const parts = { database: database.jobs, inTransaction: jobDatabaseIn, backend: "pglite" } as const;
    const queue = openJobQueue({ ...parts, onError: (error) => errors.push(error) });
    await queue.start();
    expect(await queue.requeueOrphans()).toBe(1);
    const { promise, resolve } = Promise.withResolvers<unknown>();
    await queue.work("attempt", 1, async (job) => resolve(job));
    expect(await promise).toEqual({ id: jobId, subjectId: project.id });
    await queue.stop(5_000);
    expect(errors).toEqual([]);
  });

  test("says what to do about a cluster that does not open, and gives the directory up again", async () => {
    const copy = join(scratch, "broken");
    cpSync(directory, copy, { recursive: true });
    truncateSync(join(copy, "cluster/global/pg_control"), 0);
    const broken = openEmbeddedDatabase({ directory: copy });
    await expect(broken).rejects.toMatchObject({
      fault: { kind: "unavailable", fix: expect.stringContaining("Restore a backup") as unknown },
    });
    await expect(openEmbeddedDatabase({ directory: copy })).rejects.toThrow("does not open");
  });

  test.each([
    ["is a file", () => writeFileSync(join(scratch, "file"), ""), "file"],
    ["is below a file", () => writeFileSync(join(scratch, "file"), ""), "file/database"],
  ])("says what to do when the directory %s", async (_what, prepare, path) => {
    prepare();
    await expect(openEmbeddedDatabase({ directory: join(scratch, path) })).rejects.toMatchObject({
      fault: { kind: "unavailable", message: expect.stringContaining(join(scratch, path)) as unknown },
    });
  });

  test("says so when lock.db is not a lock", async () => {
    const copy = join(scratch, "odd");
    cpSync(directory, copy, { recursive: true });
    writeFileSync(
      join(copy, "lock.db"),
      "this is not a database file, though it is long enough to be read as one ".repeat(20),
    );
    await expect(openEmbeddedDatabase({ directory: copy })).rejects.toMatchObject({
      fault: { kind: "unavailable", message: expect.stringContaining("cannot be used") as unknown },
    });
  });

  test("refuses calls after it was closed", async () => {
    const copy = join(scratch, "closed");
    cpSync(directory, copy, { recursive: true });
    const database = await openEmbeddedDatabase({ directory: copy });
    await database[Symbol.asyncDispose]();
    await expect(database.jobs.executeSql("SELECT 1")).rejects.toThrow("is closed");
  });
});

function spawnWriter(directory: string, projectId: string): ChildProcessByStdio<null, Readable, null> {
  const program = fileURLToPath(new URL("./crash-writer.testsuite.ts", import.meta.url));
  return spawn(process.execPath, [program, directory, projectId], { stdio: ["ignore", "pipe", "inherit"] });
}

async function nextLine(lines: AsyncIterator<string, undefined>): Promise<string> {
  const line = await lines.next();
  if (line.done === true) throw new Error("The writer ended early");
  return line.value;
}
