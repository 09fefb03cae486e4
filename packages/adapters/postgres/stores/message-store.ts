import type { Message } from "@omoios/domain/task/message";
import type { Transaction } from "@omoios/engine/ports/database";
import type { HeardMessages, MessageStore } from "@omoios/engine/ports/message-store";
import type { Kysely, Selectable } from "kysely";
import type { MessageTable, Tables } from "../tables.generated.ts";
import { queriesFor, queriesOf } from "../transaction.ts";

function toMessage({ sender, ...row }: Selectable<MessageTable>): Message {
  return { ...row, from: sender };
}

export class PostgresMessageStore implements MessageStore {
  readonly #queries: Kysely<Tables>;

  constructor(queries: Kysely<Tables>) {
    this.#queries = queries;
  }

  async ofTask(taskId: string, tx?: Transaction): Promise<readonly Message[]> {
    const query = queriesFor(this.#queries, tx).selectFrom("message").selectAll().where("taskId", "=", taskId);
    return (await query.orderBy("number").execute()).map(toMessage);
  }

  async add(tx: Transaction, { from, ...message }: Omit<Message, "number">): Promise<Message> {
    const last = (await this.ofTask(message.taskId, tx)).at(-1);
    const row = { ...message, sender: from, number: (last?.number ?? 0) + 1 };
    await queriesOf(tx).insertInto("message").values(row).execute();
    return toMessage(row);
  }

  async hear(tx: Transaction, { taskId, numbers, attemptId, at }: HeardMessages): Promise<void> {
    if (numbers.length === 0) return;
    await queriesOf(tx)
      .updateTable("message")
      .set({ attemptId, heardAt: at })
      .where("taskId", "=", taskId)
      .where("number", "in", numbers)
      .where("heardAt", "is", null)
      .execute();
  }
}
