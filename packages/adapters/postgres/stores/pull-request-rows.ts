import type { Transaction } from "@omoios/engine/ports/database";
import type { PullRequest } from "@omoios/engine/ports/forge";
import type { Kysely } from "kysely";
import type { Tables } from "../tables.generated.ts";
import { queriesOf } from "../transaction.ts";

/** Rows of the `pull_request` table, for the forge that keeps its pull requests in this database. */
export class PullRequestRows {
  readonly #queries: Kysely<Tables>;

  constructor(queries: Kysely<Tables>) {
    this.#queries = queries;
  }

  /** Writes the one pull request of its spec; an open one is replaced, of another nothing changes. True when it was written. */
  async put(tx: Transaction, pullRequest: PullRequest): Promise<boolean> {
    const row = await queriesOf(tx)
      .insertInto("pullRequest")
      .values(pullRequest)
      .onConflict((conflict) =>
        conflict
          .column("specId")
          .doUpdateSet({
            title: pullRequest.title,
            body: pullRequest.body,
            baseCommit: pullRequest.baseCommit,
            headCommit: pullRequest.headCommit,
          })
          .where("pullRequest.state", "=", "open"),
      )
      .returning("specId")
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Marks an open one as merged; null when there is none. */
  async merge(tx: Transaction, specId: string): Promise<PullRequest | null> {
    const row = await queriesOf(tx)
      .updateTable("pullRequest")
      .set({ state: "merged" })
      .where("specId", "=", specId)
      .where("state", "=", "open")
      .returningAll()
      .executeTakeFirst();
    return row ?? null;
  }

  async find(specId: string): Promise<PullRequest | null> {
    const query = this.#queries.selectFrom("pullRequest").selectAll().where("specId", "=", specId);
    return (await query.executeTakeFirst()) ?? null;
  }
}
