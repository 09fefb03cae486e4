/** Remembers what was answered to a request that carried a key, so that sending it again does nothing twice. */
export interface IdempotencyStore {
  /**
   * Reserves `key` for a request whose content has this digest, forgetting keys older than a day. Returns null when the
   * key was free, otherwise what is known of the request that took it.
   */
  reserve(request: { readonly key: string; readonly digest: string; readonly at: Date }): Promise<KnownRequest | null>;
  /** Stores what was answered. */
  complete(key: string, answer: unknown): Promise<void>;
  /** Gives the key back: the request was refused and changed nothing. */
  release(key: string): Promise<void>;
}

export interface KnownRequest {
  readonly digest: string;
  /** False while the request is being worked on, and for ever when the process died over it. */
  readonly answered: boolean;
  readonly answer: unknown;
  readonly at: Date;
}
