import { describeAdmissionStore } from "@omoios/engine/testing/admission-store.testsuite";
import { describeAttemptStore } from "@omoios/engine/testing/attempt-store.testsuite";
import { describeBudgetStore } from "@omoios/engine/testing/budget-store.testsuite";
import { describeEventLog } from "@omoios/engine/testing/event-log.testsuite";
import { describeIdempotencyStore } from "@omoios/engine/testing/idempotency-store.testsuite";
import { describeLedger } from "@omoios/engine/testing/ledger.testsuite";
import { describeProofStore, describeSandboxRecords } from "@omoios/engine/testing/proof-store.testsuite";
import { describeProjectStore, describeSpecStore } from "@omoios/engine/testing/spec-store.testsuite";
import { describePlanStore, describeTaskStore } from "@omoios/engine/testing/task-store.testsuite";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { openMemoryDatabase } from "./embedded/open-embedded-database.ts";
import type { PostgresDatabase } from "./postgres-database.ts";
import { createStores, type Stores } from "./stores.ts";

let database: PostgresDatabase;
let stores: Stores;

beforeAll(async () => {
  database = await openMemoryDatabase();
  stores = createStores(database);
});

afterAll(() => database[Symbol.asyncDispose]());

beforeEach(async () => {
  await sql`TRUNCATE project, slot_scope, idempotency_key, budget CASCADE`.execute(database.queries);
  await sql`UPDATE event_position SET seq = 0`.execute(database.queries);
});

const subject = () => ({ database, stores });
describeEventLog(subject);
describeAdmissionStore(subject);
describeAttemptStore(subject);
describeLedger(subject);
describeProjectStore(subject);
describeSpecStore(subject);
describePlanStore(subject);
describeTaskStore(subject);
describeProofStore(subject);
describeSandboxRecords(subject);
describeBudgetStore(subject);
describeIdempotencyStore(() => stores.idempotency);
