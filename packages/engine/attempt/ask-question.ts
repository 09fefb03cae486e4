import type { AgentToolInput } from "@omoios/contract/agent-tools";
import { oneLine, visibleLines } from "@omoios/domain/shared/plain-text";
import { answerTo, maxQuestions } from "@omoios/domain/task/message";
import { messageSent } from "../use-cases/happened.ts";
import { record } from "../use-cases/record.ts";
import { messageOf } from "../use-cases/send-message.ts";
import { about, named } from "./attempt-event.ts";
import type { AttemptParts, AttemptRun } from "./attempt-run.ts";
import type { Heartbeat } from "./heartbeat.ts";

export type AskedQuestion =
  /** Its agent ends now, and goes on with the answer. */
  | { readonly kind: "asked" }
  | { readonly kind: "answered"; readonly answer: string }
  | { readonly kind: "refused"; readonly why: string };

/**
 * Stores what an agent asks; it waits from then on. Where nobody is there to be asked, what it proposes is the answer and
 * is recorded as an assumption. Asking again for what was answered before, after a crash in between, gets that answer.
 */
export async function askQuestion(
  parts: AttemptParts,
  run: AttemptRun,
  given: { readonly input: AgentToolInput<"ask_question">; readonly heartbeat: Pick<Heartbeat, "agentState"> },
): Promise<AskedQuestion> {
  const text = visibleLines(given.input.question, 1000);
  const proposal = given.input.proposal == null ? null : oneLine(given.input.proposal, 600);
  return record(parts, run.project.id, async (tx, emit): Promise<AskedQuestion> => {
    await parts.admission.lock(tx);
    const attempt = await parts.attempts.fence(tx, run.holder);
    const messages = await parts.messages.ofTask(run.task.id, tx);
    const before = answerTo(messages, text);
    if (before !== null) return { kind: "answered", answer: before.text };
    if (messages.filter(({ from }) => from === "agent").length >= maxQuestions)
      return { kind: "refused", why: `The agents of this task have asked ${maxQuestions} times: decide yourself.` };
    const saidAt = parts.clock.now();
    const question = { taskId: run.task.id, from: "agent", text, proposal, attemptId: attempt.id } as const;
    await parts.messages.add(tx, { ...question, saidAt, heardAt: saidAt });
    emit(messageSent(run.task, question, attempt.id));
    const spec = await parts.specs.get(run.spec.id, tx);
    if (spec.settings.approval === "policy" && proposal !== null) {
      await parts.messages.add(tx, messageOf(run.task, { from: "policy", text: proposal, saidAt }));
      emit(messageSent(run.task, { from: "policy", text: proposal, proposal: null }, attempt.id));
      const assumption = `${oneLine(text, 1000)} ${proposal}`;
      await parts.specs.patch(tx, spec, { assumptions: [...spec.assumptions, assumption] });
    }
    await parts.attempts.patch(tx, attempt, { agentState: "waiting" });
    const from = given.heartbeat.agentState;
    emit({ type: "agent.observed", ...about(run), payload: { ...named(run), from, to: "waiting" } });
    // Before the commit, so that whoever waits for this attempt's row finds it said.
    given.heartbeat.agentState = "waiting";
    return { kind: "asked" };
  });
}
