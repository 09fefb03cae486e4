import { FaultError } from "@omoios/domain/shared/fault";
import type { Transaction } from "@omoios/engine/ports/database";
import type { Forge, PullRequest } from "@omoios/engine/ports/forge";

/** Where the local forge keeps its pull requests: one row a spec. */
export interface PullRequestShelf {
  /** Writes the one of its spec; replaces one that is open and changes no other. True when it was written. */
  put(tx: Transaction, pullRequest: PullRequest): Promise<boolean>;
  /** Marks an open one as merged; null when there is none. */
  merge(tx: Transaction, specId: string): Promise<PullRequest | null>;
  find(specId: string): Promise<PullRequest | null>;
}

/** The forge inside OmoiOS: pull requests live in its own database, branches in its own hub. */
export class LocalForge implements Forge {
  readonly id = "local";
  readonly #shelf: PullRequestShelf;

  constructor(shelf: PullRequestShelf) {
    this.#shelf = shelf;
  }

  async open(tx: Transaction, pullRequest: PullRequest): Promise<void> {
    if (await this.#shelf.put(tx, pullRequest)) return;
    throw new FaultError({
      kind: "illegal-move",
      what: `The pull request of ${pullRequest.branch}`,
      state: "merged or closed",
      move: "open",
    });
  }

  async merge(tx: Transaction, specId: string): Promise<PullRequest> {
    const merged = await this.#shelf.merge(tx, specId);
    if (merged !== null) return merged;
    throw new FaultError({ kind: "illegal-move", what: "The pull request", state: "not open", move: "be merged" });
  }

  async find(specId: string): Promise<PullRequest | null> {
    return this.#shelf.find(specId);
  }
}
