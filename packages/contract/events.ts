import { z } from "zod";
import { eventPayloads } from "./event-payloads.ts";

export type EventType = keyof typeof eventPayloads;
export const eventTypes = Object.keys(eventPayloads) as EventType[];

export type EventPayload<Type extends EventType> = z.infer<(typeof eventPayloads)[Type]>;

/** An event as a use case writes it; the log gives it a position and the time. */
export type NewEvent = {
  readonly [Type in EventType]: {
    readonly type: Type;
    readonly specId: string | null;
    readonly taskId: string | null;
    readonly attemptId: string | null;
    readonly payload: EventPayload<Type>;
  };
}[EventType];

const envelope = {
  /** Position in the log of this installation: commit order, no gaps. */
  seq: z.int(),
  projectId: z.string(),
  specId: z.string().nullable(),
  taskId: z.string().nullable(),
  attemptId: z.string().nullable(),
  at: z.iso.datetime(),
};

function eventOf<Type extends EventType>(type: Type) {
  return z.object({ ...envelope, type: z.literal(type), payload: eventPayloads[type] });
}

/** An event as it is stored and sent: one JSON object a line in `--json`, one message on the live stream. */
export const eventSchema = z.discriminatedUnion("type", [
  eventOf("project.added"),
  eventOf("project.removed"),
  eventOf("spec.requested"),
  eventOf("spec.moved"),
  eventOf("spec.attention_raised"),
  eventOf("spec.attention_cleared"),
  eventOf("spec.paused"),
  eventOf("spec.resumed"),
  eventOf("phase.ended"),
  eventOf("gate.refused"),
  eventOf("questions.asked"),
  eventOf("question.answered"),
  eventOf("phase.approved"),
  eventOf("plan.rejected"),
  eventOf("plan.edited"),
  eventOf("plan.amended"),
  eventOf("criterion.accepted"),
  eventOf("plan.approved"),
  eventOf("plan.published"),
  eventOf("task.moved"),
  eventOf("attempt.moved"),
  eventOf("validation.moved"),
  eventOf("sandbox.opened"),
  eventOf("agent.observed"),
  eventOf("progress.claimed"),
  eventOf("message.sent"),
  eventOf("discovery.reported"),
  eventOf("discovery.moved"),
  eventOf("discovery.dropped"),
  eventOf("intervention.made"),
  eventOf("diff.judged"),
  eventOf("evidence.recorded"),
  eventOf("command.run"),
  eventOf("verdict.recorded"),
  eventOf("candidate.moved"),
  eventOf("conflict.found"),
  eventOf("conflict.moved"),
  eventOf("resolution.audited"),
  eventOf("base.moved"),
  eventOf("pull_request.opened"),
  eventOf("pull_request.merged"),
]);

export type StoredEvent = z.infer<typeof eventSchema>;
