import type { StateTone } from "@omoios/contract/state-words";
import type { EventPayload, EventType, StoredEvent } from "@omoios/contract/events";
import { attemptLooks, specLooks, taskLooks } from "../../ui/state-look.ts";
import { phaseName } from "./phase-name.ts";

/** One event as a line of the history. */
export interface EventSentence {
  /** The label it is about. */
  readonly subject: string;
  readonly tone: StateTone;
  readonly text: string;
}

type Writer<Type extends EventType> = (payload: EventPayload<Type>) => EventSentence | null;

const say = (subject: string, tone: StateTone, text: string): EventSentence => ({ subject, tone, text });
const because = (reason: string | null): string => (reason === null ? "" : `: ${reason}`);
const attemptName = ({ task, number }: { readonly task: string; readonly number: number }): string =>
  `${task}.${number}`;

/** One writer per type; null where a neighbouring event says the same. A new type does not compile until it is here. */
const writers: { readonly [Type in EventType]: Writer<Type> } = {
  "project.added": () => null,
  "project.removed": () => null,
  "spec.requested": ({ label, size, baseBranch }) => say(label, "quiet", `Asked for (${size}), from ${baseBranch}`),
  "spec.moved": ({ label, to, reason }) => say(label, specLooks[to].tone, `${specLooks[to].word}${because(reason)}`),
  "spec.attention_raised": ({ label, reason }) => say(label, "you", `Needs you: ${reason}`),
  "spec.attention_cleared": () => null,
  "spec.paused": ({ label, reason }) => say(label, "watch", `Paused: ${reason}`),
  "spec.resumed": ({ label, reason }) => say(label, "good", `Goes on: ${reason}`),
  "phase.ended": ({ label, phase, status, summary }) =>
    status === "skipped"
      ? null
      : say(
          label,
          status === "finished" ? "good" : "watch",
          `${phaseName(phase)} ${status === "finished" ? "done" : status}${because(summary || null)}`,
        ),
  "gate.refused": ({ label, phase, try: attempt, findings }) =>
    say(
      label,
      "watch",
      `${phaseName(phase)} sent back by its gate, try ${attempt}: ${findings.map(({ message }) => message).join("; ")}`,
    ),
  "questions.asked": ({ label, questions }) =>
    say(label, "you", `Asked: ${questions.map(({ text }) => text).join(" ")}`),
  "question.answered": ({ label, text, answer, by }) =>
    say(label, "good", `${by === "person" ? "Answered" : "Assumed"}: ${text} ${answer}`),
  "phase.approved": ({ label, phase, by }) => say(label, "good", `${phaseName(phase)} approved by ${by}`),
  "plan.rejected": ({ label, phase, reason }) => say(label, "watch", `Sent back to ${phaseName(phase)}: ${reason}`),
  "plan.edited": ({ label, subject }) => say(label, "quiet", `${subject} reworded`),
  "plan.amended": ({ label, cause, subject, tasks }) =>
    say(
      label,
      "watch",
      `Plan changed: ${subject} ${cause === "edited" ? "has new checks" : "planned anew"}${because(tasks.map((task) => task.title).join("; ") || null)}`,
    ),
  "criterion.accepted": ({ label, criterion, reason }) => say(label, "good", `${criterion} accepted: ${reason}`),
  "plan.approved": ({ label, by }) => say(label, "good", `Plan approved by ${by}`),
  "plan.published": ({ label, tasks, criteria }) =>
    say(label, "good", `Plan published: ${criteria.length} criteria, ${tasks.length} tasks`),
  "task.moved": ({ label, title, to, reason }) =>
    to === "pending" ? null : say(label, taskLooks[to].tone, `${taskLooks[to].word}: ${title}${because(reason)}`),
  "attempt.moved": ({ to, reason, ...attempt }) =>
    to === "rejected" || to === "failed" || to === "lost" || to === "parked"
      ? say(attemptName(attempt), attemptLooks[to].tone, `${attemptLooks[to].word}${because(reason)}`)
      : null,
  "validation.moved": ({ to, reason, ...attempt }) =>
    to === "failed" || to === "lost" || to === "parked"
      ? say(attemptName(attempt), attemptLooks[to].tone, `Validator ${attemptLooks[to].word}${because(reason)}`)
      : null,
  "sandbox.opened": ({ provider, isolation, ...attempt }) =>
    say(attemptName(attempt), "quiet", `Sandbox opened (${provider}, isolation ${isolation})`),
  "progress.claimed": ({ message, ...attempt }) => say(attemptName(attempt), "quiet", `Says: ${message}`),
  "message.sent": ({ task, from, text }) =>
    from === "agent"
      ? say(task, "you", `Asks: ${text}`)
      : say(task, from === "person" ? "good" : "watch", `${from === "person" ? "Is told" : "Assumes"}: ${text}`),
  "agent.observed": ({ to, ...attempt }) =>
    to === "stuck" ? say(attemptName(attempt), "watch", "Seen as stuck") : null,
  "discovery.reported": ({ label, title, reason }) =>
    say(label, reason === null ? "quiet" : "you", `Found on the way: ${title}${because(reason)}`),
  "discovery.moved": ({ label, title, to, task, reason }) =>
    say(label, "quiet", `${title}: ${to}${task === null ? "" : ` as ${task}`}${because(reason)}`),
  "discovery.dropped": ({ limit, ...attempt }) =>
    say(attemptName(attempt), "watch", `Reports more discoveries than the ${limit} that are considered`),
  "intervention.made": ({ kind, reason, ...attempt }) =>
    say(attemptName(attempt), "watch", `${kind === "nudge" ? "Nudged" : "Restarted"} by the watcher: ${reason}`),
  "diff.judged": ({ files, findings, ...attempt }) =>
    say(
      attemptName(attempt),
      findings.some(({ severity }) => severity === "refuse") ? "bad" : "quiet",
      `${files} files changed${because(findings.map(({ message }) => message).join("; ") || null)}`,
    ),
  "evidence.recorded": ({ criterion, subject, passed, guard, ...attempt }) =>
    say(
      attemptName(attempt),
      passed ? "good" : "quiet",
      `${criterion} ${guard && passed && subject !== "base" ? "is kept" : passed ? "passes" : "fails"} on the ${subject}`,
    ),
  "command.run": ({ name, why, exitCode, timedOut, ...attempt }) =>
    say(
      attemptName(attempt),
      "quiet",
      `The validator tried ${name}: ${why}: ${timedOut ? "timed out" : `exit ${exitCode ?? "by signal"}`}`,
    ),
  "verdict.recorded": ({ criterion, met, voidReason, ...attempt }) =>
    say(
      attemptName(attempt),
      met ? "good" : "bad",
      `Validator: ${criterion} ${met ? "met" : "not met"}${because(voidReason)}`,
    ),
  "candidate.moved": ({ to, reason, ...attempt }) =>
    to === "landed"
      ? say(attemptName(attempt), "good", "Landed")
      : reason === null
        ? null
        : say(attemptName(attempt), "watch", `Candidate ${to}: ${reason}`),
  "conflict.found": ({ paths, ...attempt }) =>
    say(attemptName(attempt), "watch", `Conflicts with what landed meanwhile in ${paths.join(", ")}`),
  "conflict.moved": ({ task, to, reason }) =>
    say(task, to === "with_person" ? "you" : "quiet", `Conflict ${to.replace("_", " ")}${because(reason)}`),
  "resolution.audited": ({ findings, accepted, ...attempt }) =>
    say(
      attemptName(attempt),
      findings.length === 0 || accepted ? "proof" : "watch",
      findings.length === 0
        ? "The resolution loses no lines"
        : `The resolution loses lines in ${findings.map(({ path }) => path).join(", ")}`,
    ),
  "base.moved": ({ label, branch, task }) => say(label, "watch", `${branch} has moved on: ${task} brings it in`),
  "pull_request.opened": ({ label, branch, base }) => say(label, "good", `Pull request opened: ${branch} into ${base}`),
  "pull_request.merged": ({ label, branch, base }) => say(label, "good", `Pull request merged: ${branch} into ${base}`),
};

/** How an event reads, or null when the line before or after it says enough. */
export function eventSentence(event: StoredEvent): EventSentence | null {
  const write = writers[event.type] as Writer<EventType>;
  return write(event.payload);
}
