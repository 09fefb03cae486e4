import type { Project } from "@omoios/engine/ports/project-store";
import type { RunOutlook } from "@omoios/contract/http-outlook";
import type { RunOutlookRequest } from "@omoios/engine/queries/run-outlook";
import type { RequestedSpec, SpecRequest } from "@omoios/engine/use-cases/request-spec";
import type { ConfigView, DoctorFinding } from "@omoios/contract/http-system";
import type { BudgetCaps } from "@omoios/domain/budget/budget-scope";
import type { Discovery } from "@omoios/domain/discovery/discovery";
import type { Conflict } from "@omoios/domain/landing/conflict";
import type { Spec } from "@omoios/domain/spec/spec";
import type { Phase } from "@omoios/domain/spec/state";
import type { Task } from "@omoios/domain/task/task";
import type { MergedPullRequest } from "@omoios/engine/use-cases/merge-pull-request";
import type { Refreshed } from "@omoios/engine/use-cases/refresh-pull-request";
import type { TakenConflict } from "@omoios/engine/use-cases/resolve-by-hand";
import type { AttemptLogs } from "@omoios/engine/ports/attempt-logs";
import type { Clock } from "@omoios/engine/ports/clock";
import type { IdempotencyStore } from "@omoios/engine/ports/idempotency-store";
import type { DiskSpace, SandboxProbe } from "@omoios/engine/ports/sandbox";
import type { ConflictSides } from "@omoios/engine/queries/conflict-sides";
import type { ReadParts } from "@omoios/engine/queries/read-parts";

/** Everything the API needs; it opens and owns nothing but its connections. */
export interface ApiParts {
  readonly reads: ReadParts;
  readonly commands: ApiCommands;
  readonly logs: AttemptLogs;
  readonly idempotency: IdempotencyStore;
  readonly clock: Clock;
  readonly access: ApiAccess;
  readonly facts: ServerFacts;
  /** The effective configuration with the source of each value, without secrets. */
  readonly config: () => ConfigView;
  /** Folder of the built dashboard; null on a server that has none. */
  readonly dashboard: string | null;
  /** False while the server starts or stops: `/readyz` then answers 503. */
  readonly isReady: () => boolean;
  /** Told of everything that is a bug: an exception that is no fault. */
  readonly reportBug: (error: unknown, during: string) => void;
}

export interface ApiAccess {
  /** The token of this installation. */
  readonly token: string;
  /** Host names the server answers to besides `localhost` and IP addresses. */
  readonly hosts: readonly string[];
}

/** What the API can make happen. Each throws a `FaultError` when it cannot. */
export interface ApiCommands {
  readonly addProject: (input: { readonly repository: string }) => Promise<Project>;
  /** Hides it from lists; refused while specs of it are unfinished. */
  readonly removeProject: (input: { readonly projectId: string }) => Promise<Project>;
  /** What a run would work with and may cost; makes nothing happen. */
  readonly runOutlook: (asked: RunOutlookRequest) => Promise<RunOutlook>;
  readonly requestSpec: (input: SpecRequest) => Promise<RequestedSpec>;
  readonly approvePlan: (input: {
    readonly specId: string;
    readonly digest: string;
    readonly by: "person";
  }) => Promise<Spec>;
  /** Says yes to one phase, by the version that was seen. */
  readonly approvePhase: (input: { readonly specId: string; readonly output: string }) => Promise<Spec>;
  readonly rejectPlan: (input: {
    readonly specId: string;
    readonly reason: string;
    readonly phase: Phase | null;
  }) => Promise<Spec>;
  readonly editPlan: (input: {
    readonly specId: string;
    readonly subject: string;
    readonly text: string;
  }) => Promise<Spec>;
  readonly acceptCriterion: (input: {
    readonly specId: string;
    readonly criterion: string;
    readonly reason: string;
  }) => Promise<Spec>;
  /** Makes anew what is out of date in a plan that waits for approval. */
  readonly regeneratePlan: (input: { readonly specId: string }) => Promise<Spec>;
  readonly answerQuestions: (input: {
    readonly specId: string;
    readonly answers: readonly { readonly number: number; readonly answer: string }[];
    readonly acceptRest: boolean;
  }) => Promise<Spec>;
  readonly cancelSpec: (input: { readonly specId: string }) => Promise<Spec>;
  /** Nothing of the spec starts until it is resumed; what is at work parks. */
  readonly holdSpec: (input: { readonly specId: string }) => Promise<Spec>;
  /** Goes on with a spec that is paused or waits for attention. */
  readonly resumeSpec: (input: { readonly specId: string }) => Promise<Spec>;
  /** Sets what a spec may use; one that its budget stopped goes on. */
  readonly setBudget: (input: { readonly specId: string; readonly caps: BudgetCaps }) => Promise<Spec>;
  /** Brings in what the base branch has become since. */
  readonly refreshPullRequest: (input: { readonly specId: string }) => Promise<Refreshed>;
  /** Moves the base branch of the hub onto a pull request's head. */
  readonly mergePullRequest: (input: { readonly specId: string }) => Promise<MergedPullRequest>;
  readonly retryTask: (input: { readonly taskId: string }) => Promise<Task>;
  readonly replanTask: (input: { readonly taskId: string }) => Promise<Task>;
  readonly cancelTask: (input: { readonly taskId: string }) => Promise<Task>;
  /** Says something to the agent of a task, or answers what it asks. */
  readonly sendMessage: (input: { readonly taskId: string; readonly text: string }) => Promise<Task>;
  readonly acceptDiscovery: (input: {
    readonly discoveryId: string;
    readonly check: string | null;
  }) => Promise<Discovery>;
  readonly dismissDiscovery: (input: {
    readonly discoveryId: string;
    readonly reason: string | null;
  }) => Promise<Discovery>;
  readonly taskDiff: (input: { readonly taskId: string; readonly maxBytes: number }) => Promise<string>;
  readonly showConflict: (input: {
    readonly taskId: string;
  }) => Promise<{ readonly conflict: Conflict; readonly sides: ConflictSides }>;
  readonly takeConflict: (input: { readonly taskId: string }) => Promise<TakenConflict>;
  /** Takes a person's resolution from a branch of their repository. */
  readonly finishConflict: (input: {
    readonly taskId: string;
    readonly branch: string | null;
    readonly acceptLost: boolean;
  }) => Promise<Task>;
  readonly pullRequestDiff: (input: { readonly specId: string; readonly maxBytes: number }) => Promise<string>;
  readonly doctor: () => Promise<readonly DoctorFinding[]>;
  /** Asks the process to stop; returns at once. */
  readonly requestStop: () => void;
}

/** What the process knows about itself. */
export interface ServerFacts {
  readonly version: string;
  readonly pid: number;
  readonly home: string;
  /** What holds the state, for example `PGlite (embedded)`. */
  readonly database: string;
  readonly startedAt: Date;
  readonly totalSlots: number;
  readonly sandbox: () => Promise<SandboxProbe & { readonly provider: string }>;
  /** Settings that are other ones on disk by now. */
  readonly configChanges: () => Promise<readonly string[]>;
  readonly disk: () => Promise<DiskSpace>;
}
