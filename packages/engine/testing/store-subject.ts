import type { AdmissionStore } from "../ports/admission-store.ts";
import type { AttemptStore } from "../ports/attempt-store.ts";
import type { Database } from "../ports/database.ts";
import type { EventLog } from "../ports/event-log.ts";
import type { Ledger } from "../ports/ledger.ts";
import type { PlanStore } from "../ports/plan-store.ts";
import type { ProjectStore } from "../ports/project-store.ts";
import type { ProofStore } from "../ports/proof-store.ts";
import type { SandboxRecords } from "../ports/run-records.ts";
import type { SpecStore } from "../ports/spec-store.ts";
import type { TaskStore } from "../ports/task-store.ts";

/** A database and its stores under test. Each test finds it empty. */
export interface StoreSubject {
  readonly database: Database;
  readonly stores: {
    readonly projects: ProjectStore;
    readonly specs: SpecStore;
    readonly plans: PlanStore;
    readonly tasks: TaskStore;
    readonly admission: AdmissionStore;
    readonly attempts: AttemptStore;
    readonly ledger: Ledger;
    readonly proofs: ProofStore;
    readonly sandboxes: SandboxRecords;
    readonly events: EventLog;
  };
}
