import { specWords, taskWords } from "@omoios/contract/state-words";
import { approachText } from "@omoios/domain/attempt/strategy";
import type { EventPayload, EventType, StoredEvent } from "@omoios/contract/events";
import type { AttemptState } from "@omoios/domain/attempt/state";
import { agentText } from "./agent-text.ts";
import { cleanLine } from "./clean-text.ts";
import { decidedText, foundText } from "./discovery-text.ts";
import { auditSummary, conflictText } from "./conflict-text.ts";
import { messageText } from "./message-text.ts";
import type { Marks, Tone } from "./paint.ts";
import { endedBadly, commandRunText, evidenceText, validationText, verdictText } from "./proof-text.ts";
import { shownAttempt, pauseWords } from "./words.ts";

/** What one event says, before it is laid out. */
export interface EventText {
  /** What it is about: a label such as `TSK-101`. */
  readonly subject: string;
  readonly tone: Tone;
  readonly mark: Exclude<keyof Marks, "arrow">;
  readonly text: string;
  /** Lines that belong to it, for example the criteria of a plan. */
  readonly more: readonly EventDetail[];
  /** False for steps that a live log leaves out because a later line says the same. */
  readonly headline: boolean;
}

export interface EventDetail {
  /** A label, or empty. */
  readonly label: string;
  readonly text: string;
}

type Writer<Type extends EventType> = (payload: EventPayload<Type>) => EventText;

/** One writer per event type: a new type does not compile until it says how it reads. */
const writers: { readonly [Type in EventType]: Writer<Type> } = {
  "project.added": (payload) => line(payload.name, "quiet", `Project added from ${payload.source}`),
  "project.removed": (payload) => line(payload.name, "quiet", `Project removed; ${payload.source} stays as it is`),
  "spec.requested": (payload) =>
    line(
      payload.label,
      "quiet",
      `Requested (${payload.size}), from ${payload.baseBranch} at ${short(payload.baseCommit)}: ${payload.title}`,
    ),
  "spec.moved": specMoved,
  "spec.attention_raised": (payload) => line(payload.label, "you", `Needs you: ${payload.reason}`),
  "spec.attention_cleared": (payload) => line(payload.label, "quiet", "No longer needs you"),
  "spec.paused": ({ label, cause, reason }) => {
    const { word, tone } = pauseWords[cause];
    const more = cause === "person" ? `. It goes on with omoios resume ${label}` : "";
    return line(label, tone, `${word}: ${reason}${more}`);
  },
  "spec.resumed": (payload) => line(payload.label, "good", `Goes on: ${payload.reason}`),
  "phase.ended": phaseEnded,
  "gate.refused": (payload) => ({
    ...line(payload.label, "watch", `${payload.phase} sent back by its gate, try ${payload.try}`),
    more: payload.findings.map(({ at, message, rule }) => ({ label: at, text: `${message} (${rule})` })),
  }),
  "questions.asked": (payload) => ({
    ...line(
      payload.label,
      "you",
      `${count(payload.questions.length, "question", "questions")} before the requirements`,
    ),
    more: payload.questions.map(({ number, text, proposal }) => ({
      label: String(number),
      text: `${text} (proposed: ${proposal})`,
    })),
  }),
  "question.answered": (payload) =>
    line(
      payload.label,
      payload.by === "person" ? "good" : "watch",
      `${payload.by === "person" ? "Answered" : "Assumed"}: ${payload.text} ${payload.answer}`,
    ),
  "phase.approved": (payload) => line(payload.label, "good", `${payload.phase} approved by ${payload.by}`),
  "plan.rejected": (payload) => line(payload.label, "watch", `Sent back to ${payload.phase}: ${payload.reason}`),
  "plan.edited": (payload) =>
    line(
      payload.label,
      "watch",
      `${payload.subject} reworded${payload.stale.length === 0 ? "" : `; out of date now: ${payload.stale.join(", ")}`}`,
    ),
  "plan.approved": (payload) =>
    line(payload.label, "good", `Plan approved by ${payload.by}, digest ${short(payload.digest)}`),
  "plan.amended": ({ label, subject, cause, by, tasks }) => ({
    ...line(label, "watch", `${subject} ${cause === "edited" ? "has new checks" : "planned anew"}, approved by ${by}`),
    more: tasks.map((task) => ({ label: task.label, text: task.title })),
  }),
  "criterion.accepted": (payload) =>
    line(payload.label, "good", `${payload.criterion} accepted by a person: ${payload.reason}`),
  "plan.published": (payload) => ({
    ...line(
      payload.label,
      "good",
      `Plan: ${count(payload.criteria.length, "criterion", "criteria")}, ${count(payload.tasks.length, "task", "tasks")}`,
    ),
    more: [...payload.criteria, ...payload.tasks.map((task) => ({ label: task.label, text: task.title }))],
  }),
  "task.moved": taskMoved,
  "attempt.moved": attemptMoved,
  "validation.moved": (payload) => (endedBadly(payload) ? line : detail)(payload.task, ...validationText(payload)),
  "sandbox.opened": sandboxOpened,
  "agent.observed": (payload) => told(payload.task, agentText(payload)),
  "progress.claimed": (payload) =>
    line(
      payload.task,
      "quiet",
      `Agent of attempt ${payload.number} says: ${payload.message}${payload.percent === null ? "" : ` (${payload.percent} %)`}`,
    ),
  "message.sent": (payload) => spoken(payload.task, messageText(payload)),
  "discovery.reported": (payload) => line(payload.label, payload.reason === null ? "quiet" : "you", foundText(payload)),
  "discovery.moved": (payload) =>
    line(payload.label, payload.to === "accepted" ? "good" : "quiet", decidedText(payload)),
  "discovery.dropped": (payload) =>
    line(
      payload.task,
      "watch",
      `Attempt ${payload.number} reports more discoveries than the ${payload.limit} that are considered; the rest is only counted`,
    ),
  "intervention.made": (payload) =>
    line(
      payload.task,
      "watch",
      `Attempt ${payload.number} ${payload.kind === "nudge" ? "nudged" : "restarted"} by the watcher: ${payload.reason}`,
    ),
  "diff.judged": diffJudged,
  "evidence.recorded": (payload) => spoken(payload.task, evidenceText(payload)),
  "command.run": (payload) => spoken(payload.task, commandRunText(payload)),
  "verdict.recorded": (payload) => spoken(payload.task, verdictText(payload)),
  "candidate.moved": candidateMoved,
  "conflict.found": ({ task, paths, score }) =>
    line(task, "watch", `Conflicts with what landed meanwhile in ${paths.join(", ")} (score ${score})`),
  "conflict.moved": ({ task, to, reason }) => told(task, conflictText(to, reason)),
  "resolution.audited": ({ task, findings, accepted }) => ({
    ...line(task, findings.length === 0 ? "proof" : "watch", auditSummary(findings.length, accepted)),
    more: findings.map(({ kind, path, text }) => ({ label: kind, text: text === "" ? path : `${path}: ${text}` })),
  }),
  "base.moved": ({ label, branch, commit, task }) =>
    line(label, "watch", `${branch} has moved on to ${short(commit)}: ${task} brings it in`),
  "pull_request.opened": (payload) =>
    line(payload.label, "good", `Pull request opened: ${payload.branch} into ${payload.base}`),
  "pull_request.merged": ({ label, branch, base, commit }) =>
    line(label, "good", `Pull request merged: ${branch} into ${base}, at ${short(commit)}`),
};

/** Reads an event. Every text in it comes from agents, models or repositories, so it leaves here without control characters. */
export function eventText(event: StoredEvent): EventText {
  const write = writers[event.type] as Writer<EventType>;
  const said = write(event.payload);
  return {
    ...said,
    subject: cleanLine(said.subject),
    text: cleanLine(said.text),
    more: said.more.map(({ label, text }) => ({ label: cleanLine(label), text: cleanLine(text) })),
  };
}

function phaseEnded(payload: EventPayload<"phase.ended">): EventText {
  if (payload.status === "skipped") return detail(payload.label, "quiet", `${payload.phase} skipped`);
  if (payload.summary === "") return detail(payload.label, "good", `${payload.phase} done`);
  return line(payload.label, "good", `${payload.phase} done: ${payload.summary}`);
}

function specMoved(payload: EventPayload<"spec.moved">): EventText {
  const { word, tone } = specWords[payload.to];
  const why = payload.reason === null ? "" : `: ${payload.reason}`;
  return line(payload.label, payload.to === "in_review" ? "good" : tone, `${word}${why}`);
}

function taskMoved(payload: EventPayload<"task.moved">): EventText {
  const { word, tone } = taskWords[payload.to];
  const why = payload.reason === null ? "" : `: ${payload.reason}`;
  switch (payload.to) {
    case "pending":
    case "ready":
    case "validating":
    case "landing":
      return detail(payload.label, tone, `${word}${why}`);
    case "retrying":
      return detail(payload.label, tone, `Goes back to an agent${why}`);
    case "running":
      return line(payload.label, tone, `${word}: ${payload.title}`);
    case "blocked": {
      // The whole question follows as what the spec needs a person for.
      const [sentence = ""] = why.split(/(?<=[.?])\s/u);
      return line(
        payload.label,
        tone,
        `${word}${payload.blockedReason === null ? "" : ` (${payload.blockedReason})`}${sentence}`,
      );
    }
    case "complete":
    case "failed":
    case "cancelled":
      return line(payload.label, tone, `${word}${why}`);
  }
}

/** States of an attempt that a later line of the live log tells anyway. */
const quietAttemptStates: readonly AttemptState[] = [
  "queued",
  "provisioning",
  "working",
  "collecting",
  "proving",
  "finished",
  "landed",
];

function attemptMoved(payload: EventPayload<"attempt.moved">): EventText {
  const approach = payload.from === null ? approachText(payload) : null;
  if (approach !== null) return line(payload.task, "watch", `Attempt ${payload.number} ${approach}`);
  const { word, tone } = shownAttempt(payload.to);
  const why = payload.reason === null ? "" : `: ${payload.reason}`;
  const write = quietAttemptStates.includes(payload.to) ? detail : line;
  return write(payload.task, tone, `Attempt ${payload.number} ${word}${why}`);
}

function sandboxOpened(payload: EventPayload<"sandbox.opened">): EventText {
  const how = payload.adopted ? "goes on in its" : "works in a new";
  return payload.isolation === "full"
    ? line(payload.task, "quiet", `Attempt ${payload.number} ${how} ${payload.provider} sandbox, isolation full`)
    : line(
        payload.task,
        "watch",
        `Attempt ${payload.number} ${how} ${payload.provider} sandbox, isolation ${payload.isolation.toUpperCase()}`,
      );
}

function diffJudged(payload: EventPayload<"diff.judged">): EventText {
  const refused = payload.findings.filter((finding) => finding.severity === "refuse").length;
  const held = payload.findings.filter((finding) => finding.severity === "hold").length;
  const verdicts = [...(refused > 0 ? [`${refused} refused`] : []), ...(held > 0 ? [`${held} held`] : [])];
  const tone = verdicts.length > 0 ? "watch" : "quiet";
  const changed = payload.files === 0 ? "No file changed" : `${count(payload.files, "file", "files")} changed`;
  return {
    ...line(payload.task, tone, [changed, ...verdicts].join(", ")),
    more: payload.findings
      .filter((finding) => finding.severity !== "note")
      .map(({ severity, path, message }) => ({
        label: severity === "refuse" ? "refused" : "held",
        text: path === null ? message : `${path}: ${message}`,
      })),
  };
}

function candidateMoved(payload: EventPayload<"candidate.moved">): EventText {
  const why = payload.reason === null ? "" : `: ${payload.reason}`;
  const commit = short(payload.commit);
  switch (payload.to) {
    case "proposed":
      return detail(payload.task, "proof", `Candidate ${commit} proposed`);
    case "proven":
      return detail(payload.task, "good", `Candidate ${commit} proven`);
    case "landed":
      return line(payload.task, "good", `Landed as ${commit}`);
    case "returned":
      return detail(payload.task, "watch", `Candidate ${commit} sent back${why}`);
  }
}

/** The first characters of a commit id or digest; enough to recognise it. */
export function short(id: string): string {
  return id.replace(/^sha256:/u, "").slice(0, 10);
}

/** `1 task`, `2 tasks`. */
export function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}

function line(subject: string, tone: Tone, text: string): EventText {
  return {
    subject,
    tone,
    mark: tone === "plain" || tone === "strong" ? "quiet" : tone,
    text,
    more: [],
    headline: true,
  };
}

function spoken(subject: string, said: Pick<EventText, "tone" | "text"> & Partial<EventText>): EventText {
  return { ...line(subject, said.tone, said.text), ...said };
}

function told(subject: string, said: Pick<EventText, "tone" | "text" | "headline">): EventText {
  return { ...line(subject, said.tone, said.text), headline: said.headline };
}

function detail(subject: string, tone: Tone, text: string): EventText {
  return { ...line(subject, tone, text), headline: false };
}
