import { answerTo, openQuestion, type Message } from "@omoios/domain/task/message";
import type { AgentSession } from "../ports/agent-runtime.ts";
import type { AttemptParts, AttemptRun } from "./attempt-run.ts";

/** The agent has asked, and its attempt waits for the answer: not an error, but nothing goes on here. */
export class AwaitsAnswer extends Error {
  override readonly name = "AwaitsAnswer";
}

/** Throws when the last word at the task is a question of its agent: nothing is worked on before it is answered. */
export async function refuseUnanswered(parts: AttemptParts, run: AttemptRun): Promise<void> {
  if (openQuestion(await parts.messages.ofTask(run.task.id)) !== null) throw new AwaitsAnswer();
}

/** What an agent is given of what was said at its task. */
export interface Telling {
  readonly numbers: readonly number[];
  /** In words to the agent, oldest first. */
  readonly texts: readonly string[];
}

/**
 * What has to be said to the agent when it starts: what no agent has heard, and what this attempt was told while it
 * worked, since an agent that died may not have read it.
 */
export async function tellingAtStart(parts: AttemptParts, run: AttemptRun): Promise<Telling> {
  const { startedAt } = await parts.attempts.get(run.attempt.id);
  const wasTold = ({ attemptId, heardAt }: Message): boolean =>
    attemptId === run.attempt.id && heardAt !== null && startedAt !== null && heardAt > startedAt;
  return telling(parts, run, (message) => message.heardAt === null || wasTold(message));
}

/** Marks what an agent was given; it then is in the attempt's log as well. */
async function markHeard(parts: AttemptParts, run: AttemptRun, { numbers, texts }: Telling): Promise<void> {
  if (numbers.length === 0) return;
  await parts.database.transaction(async (tx) => {
    await parts.attempts.fence(tx, run.holder);
    const at = parts.clock.now();
    await parts.messages.hear(tx, { taskId: run.task.id, numbers, attemptId: run.attempt.id, at });
  });
  const record = { at: parts.clock.now().toISOString(), source: "system", stream: null } as const;
  for (const text of texts) await parts.logs.append(run.attempt.id, { ...record, text: `${text}\n` });
}

/** Says to a working agent what comes in while it works; an agent that cannot hear is told when it next starts. */
export class MessageDelivery implements AsyncDisposable {
  readonly #parts: AttemptParts;
  readonly #run: AttemptRun;
  readonly #session: AgentSession;
  readonly #onError: (cause: unknown) => void;
  readonly #listening: Disposable;
  #delivering: Promise<void> = Promise.resolve();
  #ended = false;

  constructor(
    parts: AttemptParts,
    run: AttemptRun,
    to: {
      readonly session: AgentSession;
      /** What it was given at its start. */
      readonly told: Telling;
      readonly onError: (cause: unknown) => void;
    },
  ) {
    this.#parts = parts;
    this.#run = run;
    this.#session = to.session;
    this.#onError = to.onError;
    this.#listening = parts.registry.listen(run.task.id, () => this.#look());
    // Booked first, so that what was said between the start and now is all that is found.
    this.#delivering = markHeard(parts, run, to.told).catch((error: unknown) => this.#onError(error));
    this.#look();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    this.#listening[Symbol.dispose]();
    await this.#delivering;
  }

  #look(): void {
    this.#delivering = this.#delivering.then(() => this.#deliver()).catch((error: unknown) => this.#onError(error));
  }

  async #deliver(): Promise<void> {
    if (this.#ended) return;
    const unheard = await telling(this.#parts, this.#run, ({ heardAt }) => heardAt === null);
    if (unheard.texts.length === 0 || !this.#session.send(unheard.texts.join("\n\n"))) return;
    await markHeard(this.#parts, this.#run, unheard);
  }
}

async function telling(parts: AttemptParts, run: AttemptRun, isDue: (message: Message) => boolean): Promise<Telling> {
  const messages = await parts.messages.ofTask(run.task.id);
  const due = messages.filter((message) => message.from !== "agent" && isDue(message));
  return { numbers: due.map(({ number }) => number), texts: due.map((message) => spoken(message, messages)) };
}

/** A message in words to the agent, with the question it answers. */
function spoken(message: Message, messages: readonly Message[]): string {
  const question = messages.find(
    (asked) => asked.from === "agent" && asked.number < message.number && answerTo(messages, asked.text) === message,
  );
  if (question === undefined) return `The person you work for says: ${message.text}`;
  const answer =
    message.from === "policy"
      ? `Nobody is there to be asked. Do what you proposed, and say in your summary that you assumed it: ${message.text}`
      : `The answer: ${message.text}`;
  return `You asked: ${question.text}\n${answer}\nGo on with your task.`;
}
