import type { NewEvent } from "@omoios/contract/events";
import type { Attempt } from "@omoios/domain/attempt/attempt";
import type { AttemptState } from "@omoios/domain/attempt/state";
import type { Discovery } from "@omoios/domain/discovery/discovery";
import { label } from "@omoios/domain/shared/label";
import type { Conflict } from "@omoios/domain/landing/conflict";
import type { Spec } from "@omoios/domain/spec/spec";
import type { PausedBy } from "@omoios/domain/spec/state";
import type { Message } from "@omoios/domain/task/message";
import type { Task } from "@omoios/domain/task/task";
import { taskLabel } from "@omoios/domain/task/task-label";

/** Events for changes that many use cases make, built from the thing before and after. */
export function specMoved(before: Spec, after: Spec, reason: string | null = null): NewEvent {
  return {
    type: "spec.moved",
    specId: after.id,
    taskId: null,
    attemptId: null,
    payload: { label: label("SPC", after.number), from: before.status, to: after.status, reason },
  };
}

export function attentionRaised(spec: Spec, reason: string): NewEvent {
  return {
    type: "spec.attention_raised",
    specId: spec.id,
    taskId: null,
    attemptId: null,
    payload: { label: label("SPC", spec.number), reason },
  };
}

export function attentionCleared(spec: Spec): NewEvent {
  return {
    type: "spec.attention_cleared",
    specId: spec.id,
    taskId: null,
    attemptId: null,
    payload: { label: label("SPC", spec.number) },
  };
}

/** Nothing of it starts until whoever holds it lets go. */
export function specPaused(spec: Spec, by: PausedBy, reason: string): NewEvent {
  return {
    type: "spec.paused",
    specId: spec.id,
    taskId: null,
    attemptId: null,
    payload: { label: label("SPC", spec.number), cause: by, reason },
  };
}

export function specResumed(spec: Spec, reason: string): NewEvent {
  return {
    type: "spec.resumed",
    specId: spec.id,
    taskId: null,
    attemptId: null,
    payload: { label: label("SPC", spec.number), reason },
  };
}

/** What became of work an agent came upon; `task` is the label of the task it became. */
export function discoveryMoved(before: Discovery, after: Discovery, task: string | null): NewEvent {
  return {
    type: "discovery.moved",
    specId: after.specId,
    taskId: after.becameTaskId ?? after.taskId,
    attemptId: null,
    payload: {
      label: label("DSC", after.number),
      title: after.title,
      from: before.state,
      to: after.state,
      by: after.decidedBy ?? "person",
      task,
      reason: after.reason,
    },
  };
}

export function taskMoved(before: Task, after: Task, reason: string | null = null): NewEvent {
  return {
    type: "task.moved",
    specId: after.specId,
    taskId: after.id,
    attemptId: null,
    payload: {
      label: taskLabel(after),
      title: after.title,
      from: before.status,
      to: after.status,
      reason,
      blockedReason: after.blockedReason,
    },
  };
}

/** Something was said at a task; `attemptId` is the attempt it is about. */
export function messageSent(
  task: Task,
  { from, text, proposal }: Pick<Message, "from" | "text" | "proposal">,
  attemptId: string | null,
): NewEvent {
  const payload = { task: taskLabel(task), from, text, proposal };
  return { type: "message.sent", specId: task.specId, taskId: task.id, attemptId, payload };
}

export function attemptMoved(task: Task, after: Attempt, from: AttemptState | null): NewEvent {
  return {
    type: "attempt.moved",
    specId: after.specId,
    taskId: after.taskId,
    attemptId: after.id,
    payload: {
      task: taskLabel(task),
      number: after.number,
      from,
      to: after.state,
      strategy: after.strategy,
      model: after.model,
      epoch: after.epoch,
      reason: after.reason,
    },
  };
}

/** `judged` is the attempt whose candidate it is about. */
export function validationMoved(
  about: { readonly task: Task; readonly judged: Attempt },
  after: Attempt,
  from: AttemptState | null,
): NewEvent {
  return {
    type: "validation.moved",
    specId: after.specId,
    taskId: after.taskId,
    attemptId: about.judged.id,
    payload: {
      task: taskLabel(about.task),
      number: about.judged.number,
      validation: after.number,
      from,
      to: after.state,
      model: after.model ?? "?",
      epoch: after.epoch,
      reason: after.reason,
    },
  };
}

export function conflictMoved(task: Task, before: Conflict, after: Conflict): NewEvent {
  return {
    type: "conflict.moved",
    specId: after.specId,
    taskId: after.taskId,
    attemptId: null,
    payload: { task: label("TSK", task.number), from: before.state, to: after.state, reason: after.reason },
  };
}
