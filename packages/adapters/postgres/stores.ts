import type { AdmissionStore } from "@omoios/engine/ports/admission-store";
import type { AmendmentStore } from "@omoios/engine/ports/amendment-store";
import type { AttemptStore } from "@omoios/engine/ports/attempt-store";
import type { BudgetStore } from "@omoios/engine/ports/budget-store";
import type { DiscoveryStore } from "@omoios/engine/ports/discovery-store";
import type { ConflictStore } from "@omoios/engine/ports/conflict-store";
import type { EventLog } from "@omoios/engine/ports/event-log";
import type { IdempotencyStore } from "@omoios/engine/ports/idempotency-store";
import type { Ledger } from "@omoios/engine/ports/ledger";
import type { PlanStore } from "@omoios/engine/ports/plan-store";
import type { ProjectStore } from "@omoios/engine/ports/project-store";
import type { ProofStore } from "@omoios/engine/ports/proof-store";
import type { MessageStore } from "@omoios/engine/ports/message-store";
import type { Interventions, ModelCallRecords, SandboxRecords } from "@omoios/engine/ports/run-records";
import type { SpecStore } from "@omoios/engine/ports/spec-store";
import type { TaskStore } from "@omoios/engine/ports/task-store";
import type { PostgresDatabase } from "./postgres-database.ts";
import { PostgresAdmissionStore } from "./stores/admission-store.ts";
import { PostgresAmendmentStore } from "./stores/amendment-store.ts";
import { PostgresAttemptStore } from "./stores/attempt-store.ts";
import { PostgresBudgetStore } from "./stores/budget-store.ts";
import { PostgresDiscoveryStore } from "./stores/discovery-store.ts";
import { PostgresConflictStore } from "./stores/conflict-store.ts";
import { PostgresEventLog } from "./stores/event-log.ts";
import { PostgresIdempotencyStore } from "./stores/idempotency-store.ts";
import { PostgresInterventions } from "./stores/interventions.ts";
import { PostgresLedger } from "./stores/ledger.ts";
import { PostgresMessageStore } from "./stores/message-store.ts";
import { PostgresModelCallRecords } from "./stores/model-call-records.ts";
import { PostgresPlanStore } from "./stores/plan-store.ts";
import { PostgresProjectStore } from "./stores/project-store.ts";
import { PostgresProofStore } from "./stores/proof-store.ts";
import { PullRequestRows } from "./stores/pull-request-rows.ts";
import { PostgresSandboxRecords } from "./stores/sandbox-records.ts";
import { PostgresSpecStore } from "./stores/spec-store.ts";
import { PostgresTaskStore } from "./stores/task-store.ts";

/** Every store of the engine over one database. */
export interface Stores {
  readonly projects: ProjectStore;
  readonly specs: SpecStore;
  readonly plans: PlanStore;
  readonly tasks: TaskStore;
  readonly amendments: AmendmentStore;
  readonly admission: AdmissionStore;
  readonly attempts: AttemptStore;
  readonly ledger: Ledger;
  readonly proofs: ProofStore;
  readonly conflicts: ConflictStore;
  readonly sandboxes: SandboxRecords;
  readonly interventions: Interventions;
  readonly discoveries: DiscoveryStore;
  readonly messages: MessageStore;
  readonly modelCalls: ModelCallRecords;
  readonly budgets: BudgetStore;
  readonly events: EventLog;
  readonly idempotency: IdempotencyStore;
  readonly pullRequests: PullRequestRows;
}

export function createStores(database: PostgresDatabase): Stores {
  const { queries } = database;
  return {
    projects: new PostgresProjectStore(queries),
    specs: new PostgresSpecStore(queries),
    plans: new PostgresPlanStore(queries),
    tasks: new PostgresTaskStore(queries),
    amendments: new PostgresAmendmentStore(queries),
    admission: new PostgresAdmissionStore(queries),
    attempts: new PostgresAttemptStore(queries),
    ledger: new PostgresLedger(queries),
    proofs: new PostgresProofStore(queries),
    conflicts: new PostgresConflictStore(queries),
    sandboxes: new PostgresSandboxRecords(queries),
    interventions: new PostgresInterventions(queries),
    messages: new PostgresMessageStore(queries),
    discoveries: new PostgresDiscoveryStore(queries),
    modelCalls: new PostgresModelCallRecords(queries),
    budgets: new PostgresBudgetStore(queries),
    events: new PostgresEventLog(database),
    idempotency: new PostgresIdempotencyStore(queries),
    pullRequests: new PullRequestRows(queries),
  };
}
