/** Time, as an argument of everything that decides. */
export interface Clock {
  now(): Date;
  /** Calls `run` once at `at` (at once when that is past). Disposing cancels it. */
  schedule(at: Date, run: () => void): Disposable;
}

/** Fresh random identities. */
export interface Identities {
  uuid(): string;
}
