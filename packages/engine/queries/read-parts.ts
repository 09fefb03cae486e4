import type { AdmissionStore } from "../ports/admission-store.ts";
import type { AttemptStore } from "../ports/attempt-store.ts";
import type { BudgetStore } from "../ports/budget-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { DiscoveryStore } from "../ports/discovery-store.ts";
import type { ConflictStore } from "../ports/conflict-store.ts";
import type { EventLog } from "../ports/event-log.ts";
import type { Forge } from "../ports/forge.ts";
import type { Ledger } from "../ports/ledger.ts";
import type { MessageStore } from "../ports/message-store.ts";
import type { PlanStore } from "../ports/plan-store.ts";
import type { ProjectStore } from "../ports/project-store.ts";
import type { ProofStore } from "../ports/proof-store.ts";
import type { Interventions, ModelCallRecords } from "../ports/run-records.ts";
import type { SpecStore } from "../ports/spec-store.ts";
import type { TaskStore } from "../ports/task-store.ts";

/** What the read models are composed from; each query names the parts it reads. */
export interface ReadParts {
  readonly projects: ProjectStore;
  readonly specs: SpecStore;
  readonly plans: PlanStore;
  readonly tasks: TaskStore;
  readonly attempts: AttemptStore;
  readonly proofs: ProofStore;
  readonly conflicts: ConflictStore;
  readonly ledger: Ledger;
  readonly discoveries: DiscoveryStore;
  readonly messages: MessageStore;
  readonly interventions: Interventions;
  readonly modelCalls: ModelCallRecords;
  readonly budgets: BudgetStore;
  readonly clock: Clock;
  readonly forge: Forge;
  readonly admission: AdmissionStore;
  readonly events: EventLog;
  /** Where this server is reached, without a slash at the end. */
  readonly publicUrl: () => string;
  readonly hubPath: (projectId: string) => string;
}
