/** Who says something at a task. policy: nobody is there to be asked, so what the agent proposed is taken. */
export const messageSenders = ["agent", "person", "policy"] as const;
export type MessageSender = (typeof messageSenders)[number];

/** One thing said at a task: what its agent asks, and what it is told. */
export interface Message {
  readonly taskId: string;
  /** Counted per task. */
  readonly number: number;
  readonly from: MessageSender;
  readonly text: string;
  /** What an agent that asks would do without an answer; null when it has no idea, and for everybody else. */
  readonly proposal: string | null;
  /** The attempt whose agent said it, or was given it; null while none has heard it. */
  readonly attemptId: string | null;
  readonly saidAt: Date;
  /** When an agent was given it; null while none was. */
  readonly heardAt: Date | null;
}

/** How often the agents of one task may ask: one that asks more should decide. */
export const maxQuestions = 5;

/** What an agent has asked and nobody has answered; `messages` are those of one task, oldest first. */
export function openQuestion<Said extends Pick<Message, "from">>(messages: readonly Said[]): Said | null {
  const last = messages.at(-1);
  return last?.from === "agent" ? last : null;
}

/** What was said to a question, or null when it is open or was never asked. */
export function answerTo(messages: readonly Message[], question: string): Message | null {
  const asked = messages.findLastIndex((message) => message.from === "agent" && message.text === question);
  return asked === -1 ? null : (messages[asked + 1] ?? null);
}

/** A question as a person reads it. */
export function questionText({ text, proposal }: Pick<Message, "text" | "proposal">): string {
  return proposal === null ? text : `${text} (it would: ${proposal})`;
}
