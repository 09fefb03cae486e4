import type { Isolation, Mode, SandboxMove, SandboxState } from "@omoios/domain/sandbox/state";
import type { Transaction } from "./database.ts";
import type { ExchangeEnd } from "./models.ts";

/** The sandbox of an attempt, as the database knows it. */
export interface SandboxRecord {
  readonly id: string;
  readonly attemptId: string;
  readonly provider: string;
  readonly mode: Mode;
  readonly isolation: Isolation;
  readonly state: SandboxState;
  readonly version: number;
  readonly createdAt: Date;
  readonly destroyedAt: Date | null;
}

export interface SandboxRecords {
  /** Adds it, or returns the row that is there. */
  ensure(tx: Transaction, record: SandboxRecord): Promise<SandboxRecord>;
  find(id: string, tx?: Transaction): Promise<SandboxRecord | null>;
  notDestroyed(): Promise<readonly SandboxRecord[]>;
  move(
    tx: Transaction,
    seen: SandboxRecord,
    change: { readonly move: SandboxMove; readonly at: Date },
  ): Promise<SandboxRecord>;
}

/** What the watcher did about an attempt. */
export interface Intervention {
  readonly id: string;
  readonly attemptId: string;
  readonly kind: "nudge" | "restart";
  readonly reason: string;
  readonly createdAt: Date;
}

export interface Interventions {
  add(tx: Transaction, intervention: Intervention): Promise<void>;
  ofAttempt(attemptId: string): Promise<readonly Intervention[]>;
  ofSpec(specId: string): Promise<readonly Intervention[]>;
}

/** One exchange with a model's provider. */
export interface ModelCallRecord {
  readonly id: string;
  readonly specId: string;
  readonly attemptId: string | null;
  readonly role: string;
  readonly model: string;
  readonly promptDigest: string;
  readonly outcome: ExchangeEnd["outcome"];
  /** All of it, from the provider's cache or not. */
  readonly inputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly outputTokens: number;
  /** Null: the model has no known price. */
  readonly costMicros: number | null;
  readonly startedAt: Date;
  readonly endedAt: Date;
}

export interface ModelCallRecords {
  add(tx: Transaction, call: ModelCallRecord): Promise<void>;
  ofSpec(specId: string): Promise<readonly ModelCallRecord[]>;
}
