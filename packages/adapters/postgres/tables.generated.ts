// Generated from the migrated database by generate-tables.ts; `npm run check` fails when it is out of date.
import type { ColumnType } from "kysely";

/** Parsed JSON that nobody has checked when it is read; JSON text when it is written. */
type JsonColumn = ColumnType<unknown, string, string>;
type NullableJsonColumn = ColumnType<unknown, string | null | undefined, string | null>;
/** May be left out when a row is written. */
type Defaulted<Value> = ColumnType<Value, Value | undefined, Value>;
type DefaultedJson = ColumnType<unknown, string | undefined, string>;

export interface AmendmentTable {
  readonly id: string;
  readonly specId: string;
  readonly cause: "edited" | "failed" | "asked";
  readonly taskId: string | null;
  readonly criterionIds: JsonColumn;
  readonly decidedBy: "policy" | "person";
  readonly createdTaskIds: DefaultedJson;
  readonly openedAt: Date;
  readonly appliedAt: Date | null;
}

export interface ApprovalTable {
  readonly id: string;
  readonly specId: string;
  readonly subject: "plan" | "requirements" | "design";
  readonly digest: string;
  readonly decision: "approved" | "rejected";
  readonly decidedBy: "policy" | "person";
  readonly reason: string | null;
  readonly decidedAt: Date;
  readonly sentBack: string | null;
}

export interface AttemptTable {
  readonly id: string;
  readonly taskId: string;
  readonly specId: string;
  readonly projectId: string;
  readonly number: number;
  readonly kind: "implementation" | "exploration" | "resolution" | "base_merge" | "validation";
  readonly state:
    | "queued"
    | "provisioning"
    | "working"
    | "collecting"
    | "proving"
    | "landed"
    | "rejected"
    | "failed"
    | "lost"
    | "cancelled"
    | "finished"
    | "parked";
  readonly version: Defaulted<number>;
  readonly epoch: Defaulted<number>;
  readonly jobId: string;
  readonly agent: string;
  readonly workflowVersion: number;
  readonly branch: string;
  readonly baseCommit: string | null;
  readonly tip: string | null;
  readonly brief: string | null;
  readonly feedback: NullableJsonColumn;
  readonly reason: string | null;
  readonly agentState: "starting" | "active" | "idle" | "stuck" | "waiting" | "finished" | "failed";
  readonly agentSummary: string | null;
  readonly parkedUntil: Date | null;
  readonly cancelRequested: Defaulted<boolean>;
  readonly createdAt: Date;
  readonly claimedAt: Date | null;
  readonly startedAt: Date | null;
  readonly beatAt: Date | null;
  readonly outputAt: Date | null;
  readonly endedAt: Date | null;
  readonly progress: NullableJsonColumn;
  readonly strategy: Defaulted<"first" | "mend" | "other_model" | "fresh_start">;
  readonly model: string | null;
  readonly droppedDiscoveries: Defaulted<number>;
  readonly judges: string | null;
}

export interface BudgetTable {
  readonly scope: string;
  readonly unit: "usd_micros" | "tokens";
  readonly cap: number | null;
  readonly settled: Defaulted<number>;
  readonly reserved: Defaulted<number>;
  readonly overrun: Defaulted<number>;
}

export interface CandidateTable {
  readonly attemptId: string;
  readonly specTip: string;
  readonly specId: string;
  readonly taskTip: string;
  readonly commit: string;
  readonly tree: string;
  readonly state: "proposed" | "proven" | "landed" | "returned";
  readonly reason: string | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

export interface CommandRunTable {
  readonly id: string;
  readonly validationId: string;
  readonly name: string;
  readonly argv: JsonColumn;
  readonly directory: string;
  readonly why: string;
  readonly commit: string;
  readonly tree: string;
  readonly environment: string;
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  readonly outputDigest: string;
  readonly tail: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
}

export interface ConflictTable {
  readonly id: string;
  readonly projectId: string;
  readonly specId: string;
  readonly taskId: string;
  readonly attemptId: string;
  readonly specTip: string;
  readonly taskTip: string;
  readonly items: JsonColumn;
  readonly score: number;
  readonly state: "open" | "resolving" | "with_person" | "resolved" | "dropped";
  readonly version: Defaulted<number>;
  readonly personTip: string | null;
  readonly acceptLost: Defaulted<boolean>;
  readonly reason: string | null;
  readonly foundAt: Date;
  readonly movedAt: Date;
}

export interface CriterionTable {
  readonly id: string;
  readonly requirementId: string;
  readonly specId: string;
  readonly label: string;
  readonly text: string;
  readonly acceptedReason: string | null;
}

export interface CriterionCheckTable {
  readonly id: string;
  readonly criterionId: string;
  readonly specId: string;
  readonly origin: "planner" | "repository" | "validator" | "implementer";
  readonly command: string;
  readonly directory: string;
  readonly timeoutMs: number;
  readonly expectedExitCode: number;
  readonly files: DefaultedJson;
  readonly retiredAt: Date | null;
}

export interface DiscoveryTable {
  readonly id: string;
  readonly projectId: string;
  readonly specId: string;
  readonly number: number;
  readonly taskId: string;
  readonly attemptId: string;
  readonly depth: number;
  readonly title: string;
  readonly description: string;
  readonly why: string;
  readonly files: JsonColumn;
  readonly criterion: string;
  readonly checkCommand: string | null;
  readonly requirement: string | null;
  readonly state: "inbox" | "accepted" | "dismissed";
  readonly version: Defaulted<number>;
  readonly reason: string | null;
  readonly decidedBy: "policy" | "person" | null;
  readonly becameTaskId: string | null;
  readonly digest: string | null;
  readonly reports: Defaulted<number>;
  readonly reportedAt: Date;
  readonly decidedAt: Date | null;
}

export interface EventTable {
  readonly seq: number;
  readonly projectId: string;
  readonly specId: string | null;
  readonly taskId: string | null;
  readonly attemptId: string | null;
  readonly type: string;
  readonly payload: JsonColumn;
  readonly at: Date;
}

export interface EventPositionTable {
  readonly id: number;
  readonly seq: number;
}

export interface EvidenceTable {
  readonly id: string;
  readonly checkId: string;
  readonly attemptId: string;
  readonly subject: "base" | "candidate";
  readonly commit: string;
  readonly tree: string;
  readonly environment: string;
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  readonly passed: boolean;
  readonly outputDigest: string;
  readonly tail: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
}

export interface IdempotencyKeyTable {
  readonly key: string;
  readonly digest: string;
  readonly answer: NullableJsonColumn;
  readonly createdAt: Date;
}

export interface InterventionTable {
  readonly id: string;
  readonly attemptId: string;
  readonly kind: "nudge" | "restart";
  readonly reason: string;
  readonly createdAt: Date;
}

export interface LockTable {
  readonly name: string;
}

export interface MessageTable {
  readonly taskId: string;
  readonly number: number;
  readonly sender: "agent" | "person" | "policy";
  readonly text: string;
  readonly proposal: string | null;
  readonly attemptId: string | null;
  readonly saidAt: Date;
  readonly heardAt: Date | null;
}

export interface ModelCallTable {
  readonly id: string;
  readonly specId: string;
  readonly attemptId: string | null;
  readonly role: string;
  readonly model: string;
  readonly promptDigest: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly outcome: Defaulted<"answered" | "cut" | "refused" | "unknown">;
  readonly cacheReadTokens: Defaulted<number>;
  readonly cacheWriteTokens: Defaulted<number>;
  readonly costMicros: number | null;
}

export interface PhaseOutputTable {
  readonly specId: string;
  readonly phase: "EXPLORE" | "PRD" | "REQUIREMENTS" | "DESIGN" | "TASKS" | "SYNC" | "COMPLETE";
  readonly version: number;
  readonly status: "finished" | "skipped" | "refused";
  readonly output: NullableJsonColumn;
  readonly madeFrom: JsonColumn;
  readonly promptDigest: string | null;
  readonly findings: DefaultedJson;
  readonly createdAt: Date;
  readonly madeBy: Defaulted<string>;
  readonly score: number | null;
  readonly evaluation: NullableJsonColumn;
}

export interface ProjectTable {
  readonly id: string;
  readonly name: string;
  readonly source: string;
  readonly specCount: Defaulted<number>;
  readonly ticketCount: Defaulted<number>;
  readonly taskCount: Defaulted<number>;
  readonly createdAt: Date;
  readonly explorationCount: Defaulted<number>;
  readonly discoveryCount: Defaulted<number>;
  readonly removedAt: Date | null;
}

export interface PullRequestTable {
  readonly specId: string;
  readonly state: "open" | "merged" | "closed";
  readonly branch: string;
  readonly baseBranch: string;
  readonly headCommit: string;
  readonly title: string;
  readonly body: string;
  readonly openedAt: Date;
  readonly baseCommit: string;
}

export interface QuestionTable {
  readonly specId: string;
  readonly number: number;
  readonly askedBy: string;
  readonly text: string;
  readonly why: string;
  readonly proposal: string;
  readonly answer: string | null;
  readonly answeredBy: "policy" | "person" | null;
  readonly askedAt: Date;
  readonly answeredAt: Date | null;
}

export interface RequirementTable {
  readonly id: string;
  readonly specId: string;
  readonly label: string;
  readonly text: string;
  readonly priority: "must" | "should";
}

export interface ReservationTable {
  readonly id: string;
  readonly specId: string;
  readonly attemptId: string | null;
  readonly epoch: number | null;
  readonly scopes: JsonColumn;
  readonly usdMicros: number;
  readonly tokens: number;
  readonly state: "held" | "settled" | "expired";
  readonly heldAt: Date;
  readonly endedAt: Date | null;
}

export interface SandboxTable {
  readonly id: string;
  readonly attemptId: string;
  readonly provider: string;
  readonly mode: "exploration" | "implementation" | "validation";
  readonly isolation: "none" | "partial" | "full";
  readonly state: "opening" | "open" | "closed" | "destroyed";
  readonly version: Defaulted<number>;
  readonly createdAt: Date;
  readonly destroyedAt: Date | null;
}

export interface SlotTable {
  readonly scope: string;
  readonly n: number;
  readonly attemptId: string | null;
}

export interface SlotScopeTable {
  readonly scope: string;
  readonly size: number;
}

export interface SpecTable {
  readonly id: string;
  readonly projectId: string;
  readonly number: number;
  readonly request: string;
  readonly title: string;
  readonly size: "direct" | "light" | "full";
  readonly status:
    | "draft"
    | "planning"
    | "awaiting_approval"
    | "executing"
    | "verifying"
    | "in_review"
    | "merged"
    | "closed"
    | "failed"
    | "cancelled";
  readonly phase: "EXPLORE" | "PRD" | "REQUIREMENTS" | "DESIGN" | "TASKS" | "SYNC" | "COMPLETE";
  readonly version: Defaulted<number>;
  readonly pausedReason: string | null;
  readonly attention: string | null;
  readonly settings: JsonColumn;
  readonly scenario: NullableJsonColumn;
  readonly baseBranch: string;
  readonly baseCommit: string;
  readonly branch: string;
  readonly assumptions: DefaultedJson;
  readonly requestedAt: Date;
  readonly endedAt: Date | null;
  readonly pausedUntil: Date | null;
  readonly pausedBy: "budget" | "provider" | "person" | null;
}

export interface StepTable {
  readonly attemptId: string;
  readonly name: string;
  readonly state: "intent" | "done";
  readonly epoch: number;
  readonly output: NullableJsonColumn;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
}

export interface TaskTable {
  readonly id: string;
  readonly projectId: string;
  readonly specId: string;
  readonly ticketId: string | null;
  readonly number: number;
  readonly title: string;
  readonly description: string;
  readonly mode: "exploration" | "implementation" | "validation";
  readonly status:
    | "pending"
    | "ready"
    | "running"
    | "validating"
    | "landing"
    | "complete"
    | "retrying"
    | "blocked"
    | "failed"
    | "cancelled";
  readonly version: Defaulted<number>;
  readonly priority: "critical" | "high" | "medium" | "low";
  readonly declaredFiles: JsonColumn;
  readonly unmet: number;
  readonly downstream: number;
  readonly score: number | null;
  readonly scoreFactors: NullableJsonColumn;
  readonly blockedReason: "criteria" | "attempts" | "dependency" | "policy" | "conflict" | "question" | "replan" | null;
  readonly question: string | null;
  readonly branch: string;
  readonly createdAt: Date;
  readonly readyAt: Date | null;
  readonly retryAt: Date | null;
  readonly endedAt: Date | null;
  readonly kind: Defaulted<"work" | "exploration">;
  readonly mergeCommit: string | null;
}

export interface TaskCriterionTable {
  readonly taskId: string;
  readonly criterionId: string;
}

export interface TaskEdgeTable {
  readonly needsId: string;
  readonly taskId: string;
  readonly kind: "hard" | "overlap";
}

export interface TicketTable {
  readonly id: string;
  readonly projectId: string;
  readonly specId: string;
  readonly number: number;
  readonly title: string;
  readonly branch: string;
}

export interface VerdictTable {
  readonly attemptId: string;
  readonly criterionId: string;
  readonly candidateCommit: string;
  readonly met: boolean;
  readonly confidence: number;
  readonly evidence: JsonColumn;
  readonly reasoning: string;
  readonly voidReason: string | null;
  readonly createdAt: Date;
  readonly validationId: string | null;
  readonly commands: DefaultedJson;
}

export interface Tables {
  readonly amendment: AmendmentTable;
  readonly approval: ApprovalTable;
  readonly attempt: AttemptTable;
  readonly budget: BudgetTable;
  readonly candidate: CandidateTable;
  readonly commandRun: CommandRunTable;
  readonly conflict: ConflictTable;
  readonly criterion: CriterionTable;
  readonly criterionCheck: CriterionCheckTable;
  readonly discovery: DiscoveryTable;
  readonly event: EventTable;
  readonly eventPosition: EventPositionTable;
  readonly evidence: EvidenceTable;
  readonly idempotencyKey: IdempotencyKeyTable;
  readonly intervention: InterventionTable;
  readonly lock: LockTable;
  readonly message: MessageTable;
  readonly modelCall: ModelCallTable;
  readonly phaseOutput: PhaseOutputTable;
  readonly project: ProjectTable;
  readonly pullRequest: PullRequestTable;
  readonly question: QuestionTable;
  readonly requirement: RequirementTable;
  readonly reservation: ReservationTable;
  readonly sandbox: SandboxTable;
  readonly slot: SlotTable;
  readonly slotScope: SlotScopeTable;
  readonly spec: SpecTable;
  readonly step: StepTable;
  readonly task: TaskTable;
  readonly taskCriterion: TaskCriterionTable;
  readonly taskEdge: TaskEdgeTable;
  readonly ticket: TicketTable;
  readonly verdict: VerdictTable;
}
