import { listText, oneLine } from "../shared/plain-text.ts";
import type { BlockedReason } from "../task/state.ts";
import type { Feedback, FeedbackKind } from "./attempt.ts";

export interface EndedAttempt {
  /** Why it was sent back. */
  readonly feedback: Feedback;
  /** What each attempt at the task was sent back for, this one included, in any order. */
  readonly history: readonly Pick<Feedback, "kind">[];
  readonly maxAttempts: number;
  readonly retryDelayMs: number;
  readonly now: Date;
}

export type NextMove =
  | { readonly kind: "retry"; readonly retryAt: Date }
  /** `question` is for a person: what failed and what they can do. */
  | { readonly kind: "block"; readonly blockedReason: BlockedReason; readonly question: string };

/**
 * How often OmoiOS itself may fail a task (its worker died, its sandbox did not start) before a person is asked. Such
 * attempts say nothing about the task and do not count against `maxAttempts`; the small limit of their own keeps a broken
 * machine from trying for ever.
 */
export const maxSystemFailures = 3;

/** What a task does after an attempt that did not succeed: another attempt, or a question to a person. */
export function afterAttempt(ended: EndedAttempt): NextMove {
  const { feedback, history, now } = ended;
  if (feedback.kind === "hold" || feedback.kind === "checks")
    return block("policy", feedback, "waits for your decision");
  if (feedback.kind === "machine") return block("attempts", feedback, "as it is");
  const systemFailures = history.filter(({ kind }) => isSystemFailure(kind)).length;
  const count = isSystemFailure(feedback.kind) ? systemFailures : history.length - systemFailures;
  const allowed = isSystemFailure(feedback.kind) ? maxSystemFailures : ended.maxAttempts;
  if (count < allowed) return { kind: "retry", retryAt: new Date(now.getTime() + ended.retryDelayMs) };
  const tries = count === 1 ? "after 1 attempt" : `after ${count} attempts`;
  return block(blockedReasonOf(feedback.kind), feedback, tries);
}

/** OmoiOS itself failed: its worker, its machine. */
export function isSystemFailure(kind: FeedbackKind): boolean {
  return kind === "lost" || kind === "error" || kind === "machine";
}

function blockedReasonOf(kind: Exclude<FeedbackKind, "hold" | "checks">): BlockedReason {
  switch (kind) {
    case "criteria":
    case "policy":
    case "conflict":
      return kind;
    case "resolution":
      return "conflict";
    case "empty_diff":
    case "agent":
    case "stuck":
    case "lost":
    case "error":
    case "machine":
      return "attempts";
  }
}

function block(blockedReason: BlockedReason, feedback: Feedback, when: string): NextMove {
  const subjects = listText(
    feedback.items.map((item) => oneLine(item.subject, 120)).filter((subject) => subject !== ""),
    3,
  );
  const happened = sentenceOf(feedback.kind, { subjects, when });
  // What a program printed stands below the first line, and would hide what there is to do.
  const told = feedback.kind === "machine" ? feedback.message.split("\n", 1).join() : feedback.message;
  const cause = oneLine(told, 300);
  const question = [happened, cause === "" ? "" : `(${cause.replace(/\.$/u, "")}).`, choiceOf(feedback)];
  return { kind: "block", blockedReason, question: question.filter((part) => part !== "").join(" ") };
}

function sentenceOf(kind: FeedbackKind, about: { readonly subjects: string; readonly when: string }): string {
  const subjects = about.subjects;
  switch (kind) {
    case "criteria":
      return `${subjects === "" ? "The criteria" : subjects} could not be proven ${about.when}`;
    case "policy":
      return `The change was still refused ${about.when}${subjects === "" ? "" : ` because of ${subjects}`}`;
    case "hold":
      return `The change ${about.when}${subjects === "" ? "" : ` on ${subjects}`}`;
    case "checks":
      return `${subjects === "" ? "The goal" : subjects} ${about.when}`;
    case "empty_diff":
      return `The agent changed nothing ${about.when}`;
    case "agent":
      return `The agent did not finish ${about.when}`;
    case "stuck":
      return `The agent got stuck ${about.when}`;
    case "conflict":
    case "resolution":
      return `The change could not be merged ${about.when}${subjects === "" ? "" : ` because of ${subjects}`}`;
    case "lost":
      return `The worker was lost ${about.when}`;
    case "error":
      return `OmoiOS could not run the task ${about.when}`;
    case "machine":
      return `This machine cannot run the task ${about.when}`;
  }
}

function choiceOf({ kind, items }: Feedback): string {
  switch (kind) {
    case "criteria":
      return "Retry it (the agent is given what failed), change the plan, or cancel the task?";
    case "policy":
    case "hold":
      return "Look at the diff: retry the task with a message that says what to leave out, declare the files in the plan, or cancel the task?";
    case "checks":
      return "Request it again with checks that fail as things are, retry the task to ask the validator once more, or cancel the task?";
    case "empty_diff":
    case "agent":
    case "stuck":
      return "Retry it with a message that helps the agent, change the plan, or cancel the task?";
    case "conflict":
    case "resolution":
      return "Retry it from the newest state, merge it by hand, or cancel the task?";
    case "lost":
    case "error":
      return "Run omoios doctor, put right what it names, and retry the task, or cancel it?";
    case "machine": {
      const fixes = oneLine(items.map(({ message }) => message).join("; "), 400);
      return `${fixes === "" ? "Run omoios doctor, and put right what it names" : fixes}; then retry the task, or cancel it?`;
    }
  }
}
