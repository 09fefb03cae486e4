import { isSystemFailure, maxSystemFailures, type NextMove } from "../attempt/next.ts";
import type { Feedback } from "../attempt/attempt.ts";
import { listText, oneLine } from "../shared/plain-text.ts";

/** How often agents may fail to resolve a task's conflicts before a person is asked; `maxAttempts` has no part in it. */
export const maxResolutions = 2;

export interface EndedResolution {
  /** `TSK-101` */
  readonly task: string;
  readonly feedback: Feedback;
  /** What each attempt at resolving conflicts of the task was sent back for, this one included. */
  readonly history: readonly Pick<Feedback, "kind">[];
  /** It was a person's resolution that did not pass. */
  readonly byPerson: boolean;
  readonly retryDelayMs: number;
  readonly now: Date;
}

/**
 * What a task does after an attempt at resolving its conflict that did not succeed. A resolution that conflicts with what
 * landed while it was made is not a failed one, so it does not count.
 */
export function afterResolution(ended: EndedResolution): NextMove {
  const { feedback, history } = ended;
  const ownFault = !isSystemFailure(feedback.kind);
  const count = history.filter((one) => one.kind !== "conflict" && !isSystemFailure(one.kind) === ownFault).length;
  const allowed = ownFault ? maxResolutions : maxSystemFailures;
  const isForPerson = feedback.kind === "hold" || (ownFault && ended.byPerson);
  if (!isForPerson && count < allowed) {
    return { kind: "retry", retryAt: new Date(ended.now.getTime() + ended.retryDelayMs) };
  }
  return { kind: "block", blockedReason: "conflict", question: question(ended, count) };
}

function question({ task, feedback, byPerson }: EndedResolution, count: number): string {
  const who = byPerson ? "your resolution" : count === 1 ? "1 resolution" : `${count} resolutions`;
  const named = feedback.items.map((item) => oneLine(item.subject, 120)).filter((subject) => subject !== "");
  const subjects = listText([...new Set(named)], 3);
  const cause = oneLine(feedback.message, 300).replace(/\.$/u, "");
  return [
    `Its change conflicts with what landed meanwhile, and ${who} did not hold${subjects === "" ? "" : ` because of ${subjects}`}`,
    `(${cause}).`,
    `Merge it by hand (omoios conflict take ${task}), retry the task for another try by an agent, or cancel it?`,
  ].join(" ");
}
