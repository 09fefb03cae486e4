/** What the main thread asks of the database thread. Answers carry the same `id`. */
export type ThreadRequest = { readonly id: number } & ThreadCall;

export type ThreadCall =
  | { readonly call: "run"; readonly text: string; readonly parameters: readonly unknown[] }
  | { readonly call: "listen"; readonly channel: string }
  | { readonly call: "unlisten"; readonly channel: string }
  | { readonly call: "close" };

export type ThreadMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "unopened"; readonly error: ThreadError; readonly complaints: readonly string[] }
  | {
      readonly kind: "done";
      readonly id: number;
      readonly rows: readonly Readonly<Record<string, unknown>>[];
      readonly affectedRows: number;
    }
  | {
      readonly kind: "refused";
      readonly id: number;
      readonly error: ThreadError;
    }
  /** It will not answer again: a write to disk failed, or its data is damaged. */
  | { readonly kind: "panicked"; readonly complaints: readonly string[] }
  | { readonly kind: "notification"; readonly channel: string; readonly payload: string };

export interface ThreadError {
  readonly message: string;
  /** SQLSTATE when PostgreSQL reported it. */
  readonly code: string | null;
  readonly constraint: string | null;
  /** The engine itself broke; it cannot be used any more. */
  readonly fatal: boolean;
}

export interface ThreadData {
  /** Where the cluster lives; null keeps it in memory. */
  readonly directory: string | null;
}
