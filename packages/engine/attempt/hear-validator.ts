import { validatorAnswerSchema, type ValidatorAnswer } from "@omoios/contract/validator-answer";
import type { Attempt } from "@omoios/domain/attempt/attempt";
import type { CommandRun } from "@omoios/domain/proof/command-run";
import { callModel } from "../use-cases/call-model.ts";
import type { AttemptParts, AttemptRun } from "./attempt-run.ts";
import { step } from "./step.ts";
import { commandsShown, runValidatorCommands } from "./validator-commands.ts";

interface Hearing {
  /** What it is to judge; what it may still ask for is said after it. */
  readonly prompt: string;
  readonly judged: Attempt;
  readonly commit: string;
  /** What is wrong with an answer, for it to be given again. */
  readonly objections: (answer: ValidatorAnswer, runs: readonly CommandRun[]) => readonly string[];
}

interface Heard {
  /** Its answers with verdicts, oldest first: one, or two when the first did not hold. */
  readonly answers: readonly ValidatorAnswer[];
  readonly runs: readonly CommandRun[];
}

/** Asks the validator until it has decided: what it wants to see run is run and shown to it, as often as is allowed. */
export async function hear(parts: AttemptParts, judging: AttemptRun, hearing: Hearing): Promise<Heard> {
  const { judged, commit } = hearing;
  const answers: ValidatorAnswer[] = [];
  const runs: CommandRun[] = [];
  const said = [hearing.prompt];
  let rounds = 0;
  for (let turn = 1; ; turn += 1) {
    const left = Math.max(0, judging.config.proof.validatorCommands - runs.length);
    const prompt = [...said, mayAsk(left)].join("\n\n");
    const answer = await ask(parts, judging, { turn, rounds, prompt, judged });
    const commands = answer.commands.slice(0, left);
    if (commands.length > 0) {
      const seen = await runValidatorCommands(parts, judging, { judged, commit, turn, commands, before: runs.length });
      runs.push(...seen);
      rounds += 1;
      said.push(commandsShown(seen));
      continue;
    }
    answers.push(answer);
    const objections = hearing.objections(answer, runs);
    if (objections.length === 0 || answers.length > 1) return { answers, runs };
    said.push(`${again}\n${objections.join("\n")}`);
  }
}

/** What the validator is told about the commands it has left. */
export function mayAsk(left: number): string {
  if (left === 0) return "No command can be run: give your verdicts.";
  const many = left === 1 ? "1 command" : `${left} commands`;
  return `You may have ${many} run on the candidate before you decide.`;
}

const again = "Your last answer does not count in these points. Answer again, for every criterion:";

/** One answer of the validator, kept as soon as it is there: a process that takes over does not ask for it again. */
function ask(
  parts: AttemptParts,
  judging: AttemptRun,
  asked: { readonly turn: number; readonly rounds: number; readonly prompt: string; readonly judged: Attempt },
): Promise<ValidatorAnswer> {
  const { attempt, holder, spec, task, signal } = judging;
  return step(parts, judging, {
    name: `answer-${asked.turn}`,
    output: validatorAnswerSchema,
    body: () =>
      callModel<ValidatorAnswer>(parts, {
        model: spec.settings.model,
        role: "validate",
        system: parts.prompts.validate,
        specId: spec.id,
        attempt: { id: attempt.id, taskId: task.id, epoch: holder.epoch },
        turn: asked.judged.number - 1 + asked.rounds,
        prompt: asked.prompt,
        schema: validatorAnswerSchema,
        signal,
      }),
  });
}
