import { randomUUID } from "node:crypto";
import { writeSync } from "node:fs";
import { openJobQueue } from "@omoios/adapters/queue-pgboss/open-job-queue";
import { jobDatabaseIn } from "../postgres-database.ts";
import { createStores } from "../stores.ts";
import { openEmbeddedDatabase } from "./open-embedded-database.ts";

/**
 * A process that is made to be killed: takes a job it never finishes, then commits transactions of two writes for ever.
 * Prints `working JOB` when the handler runs and `committed N` after each commit.
 */
const [directory, projectId] = process.argv.slice(2);
if (directory === undefined || projectId === undefined) throw new TypeError("Usage: crash-writer DIRECTORY PROJECT");

const database = await openEmbeddedDatabase({ directory });
const stores = createStores(database);
const queue = openJobQueue({
  database: database.jobs,
  inTransaction: jobDatabaseIn,
  backend: "pglite",
  onError: (error) => {
    throw error;
  },
});
await queue.start();

const working = Promise.withResolvers<void>();
await queue.work("attempt", 1, (job) => {
  say(`working ${job.id}`);
  working.resolve();
  return new Promise(() => undefined);
});
await database.transaction((tx) => queue.send(tx, "attempt", { id: randomUUID(), subjectId: projectId }));
await working.promise;

for (;;) {
  const number = await database.transaction(async (tx) => {
    const taken = await stores.projects.nextNumber(tx, projectId, "task");
    const event = { type: "project.added", specId: null, taskId: null, attemptId: null } as const;
    await stores.events.append(tx, {
      projectId,
      events: [{ ...event, payload: { name: `number ${taken}`, source: "/" } }],
      at: new Date(),
    });
    return taken;
  });
  say(`committed ${number}`);
}

function say(line: string): void {
  writeSync(1, `${line}\n`);
}
