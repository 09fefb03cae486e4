import { openQuestion, type Message } from "@omoios/domain/task/message";
import { FaultError } from "@omoios/domain/shared/fault";
import { visibleLines } from "@omoios/domain/shared/plain-text";
import type { Task } from "@omoios/domain/task/task";
import { taskLabel } from "@omoios/domain/task/task-label";
import type { MessageStore } from "../ports/message-store.ts";
import { admit } from "./admit.ts";
import { clearAttention } from "./clear-attention.ts";
import type { DecideParts } from "./decide-tasks.ts";
import { messageSent } from "./happened.ts";
import { record } from "./record.ts";
import { requeueTask } from "./settle-task.ts";

export interface SendMessageParts extends DecideParts {
  readonly messages: MessageStore;
}

/**
 * A person says something to the agent of a task. It reaches a working agent at once if that kind of agent can hear,
 * otherwise when it next starts; what its agent asked is answered by it, and its parked attempt goes on.
 */
export async function sendMessage(
  parts: SendMessageParts,
  given: { readonly taskId: string; readonly text: string },
): Promise<Task> {
  const { projectId } = await parts.tasks.get(given.taskId);
  const task = await record(parts, projectId, async (tx, emit) => {
    await parts.admission.lock(tx);
    const seen = await parts.tasks.get(given.taskId, tx);
    refuseOver(seen);
    const text = visibleLines(given.text, 4000);
    const asked = openQuestion(await parts.messages.ofTask(seen.id, tx));
    await parts.messages.add(tx, messageOf(seen, { from: "person", text, saidAt: parts.clock.now() }));
    emit(messageSent(seen, { from: "person", text, proposal: null }, asked?.attemptId ?? null));
    if (seen.status !== "blocked" || seen.blockedReason !== "question") return seen;
    const requeued = await requeueTask(parts, { tx, emit }, { task: seen, reason: "its question is answered" });
    await clearAttention(parts, { tx, emit }, await parts.specs.get(seen.specId, tx));
    await admit(parts, tx, emit);
    return parts.tasks.get(requeued.id, tx);
  });
  parts.running.tell(task.id);
  return task;
}

function refuseOver(task: Task): void {
  if (task.status !== "complete" && task.status !== "cancelled") return;
  throw new FaultError({ kind: "illegal-move", what: taskLabel(task), state: task.status, move: "be told anything" });
}

/** What somebody other than an agent says. */
export function messageOf(
  task: Pick<Task, "id">,
  said: Pick<Message, "from" | "text" | "saidAt">,
): Omit<Message, "number"> {
  return { ...said, taskId: task.id, proposal: null, attemptId: null, heardAt: null };
}
