import type { Command } from "commander";
import { apiPaths } from "@omoios/contract/http";
import type { QuestionView } from "@omoios/contract/http-plan";
import { specSummarySchema } from "@omoios/contract/http-spec";
import { FaultError, type Problem } from "@omoios/domain/shared/fault";
import { findSpec } from "../client/references.ts";
import { conclude, serverOf, type Cli } from "../cli.ts";
import { createCommand, withCommon, type CommonFlags } from "../command-options.ts";
import { exitCodes, type ExitCode } from "../exit-code.ts";
import { cleanLine } from "../render/clean-text.ts";
import { hang } from "../render/columns.ts";
import { answerTask } from "./task-answer.ts";

interface AnswerFlags extends CommonFlags {
  readonly accept?: boolean;
}

/** `omoios answer`: what planning, or the agent of a task, wants to know from a person. */
export function answerCommand(cli: Cli): Command {
  const command = createCommand("answer", "Answer what planning or an agent asks, or see what it asks", [
    { line: "omoios answer SPC-1", does: "see the questions and what is proposed" },
    { line: 'omoios answer SPC-1 1="only signed-in users" 3=yes', does: "answer two of them" },
    { line: 'omoios answer SPC-1 1="only signed-in users" --accept', does: "take the proposals for the rest" },
    { line: 'omoios answer TSK-001 "only signed-in users"', does: "answer the agent of a task; it goes on" },
  ])
    .argument("<spec>", "Label or id, for example SPC-1; or of a task, for example TSK-001")
    .argument("[answers...]", "Number of the question, =, your answer; of a task your answer alone")
    .option("--accept", "Take the proposals for whatever you do not answer");
  return withCommon(command, "The spec, or its questions, as JSON lines").action(
    async (reference: string, answers: readonly string[], flags: AnswerFlags) =>
      conclude(cli, flags, async () => answer(cli, { reference, answers, flags })),
  );
}

async function answer(
  cli: Cli,
  given: { readonly reference: string; readonly answers: readonly string[]; readonly flags: AnswerFlags },
): Promise<ExitCode> {
  const { flags, reference } = given;
  if (/^TSK-/iu.test(reference)) return answerTask(cli, { reference, text: given.answers.join(" "), flags });
  const answers = readAnswers(given.answers);
  const client = await serverOf(cli, flags);
  const spec = await findSpec(cli, { client, reference, flags });
  if (answers.length === 0 && flags.accept !== true) {
    if (flags.json === true) spec.questions.forEach((question) => cli.terminal.json(question));
    else cli.terminal.print(...questionLines(spec.label, spec.questions, cli.terminal.width));
    return exitCodes.done;
  }
  const body = { answers, acceptRest: flags.accept === true };
  const answered = await client.post(apiPaths.specAnswers(spec.id), specSummarySchema, { body });
  if (flags.json === true) cli.terminal.json(answered);
  else if (answered.attention === null) {
    cli.terminal.print(`Answered; planning goes on. Watch it with: omoios run --resume ${spec.label}`);
  } else cli.terminal.print(`Answered. ${cleanLine(answered.attention)}`);
  return exitCodes.done;
}

function readAnswers(texts: readonly string[]): readonly { readonly number: number; readonly answer: string }[] {
  const problems: Problem[] = [];
  const answers = texts.flatMap((text) => {
    const [, number, answer] = /^(\d{1,4})=(.+)$/su.exec(text) ?? [];
    if (number !== undefined && answer !== undefined) return [{ number: Number(number), answer }];
    problems.push({
      at: text,
      message: "is no answer",
      fix: 'Write the number of the question, =, and your answer: 1="yes"',
    });
    return [];
  });
  if (problems.length > 0) throw new FaultError({ kind: "invalid", message: "These answers cannot be read", problems });
  return answers;
}

/** Questions with what is proposed, for people. */
function questionLines(spec: string, questions: readonly QuestionView[], width: number): readonly string[] {
  if (questions.length === 0) return [`${spec} asks nothing.`];
  const open = questions.filter((question) => question.answer === null);
  return [
    ...questions.flatMap(({ number, text, why, proposal, answer, answeredBy }) => [
      ...hang(`${number}. `, cleanLine(text), width),
      ...hang("   why       ", cleanLine(why), width),
      ...(answer === null
        ? hang("   proposed  ", cleanLine(proposal), width)
        : hang(answeredBy === "person" ? "   answered  " : "   assumed   ", cleanLine(answer), width)),
    ]),
    ...(open.length === 0
      ? []
      : [
          "",
          `Answer with: omoios answer ${spec} ${open[0]?.number ?? 1}="…"`,
          `or take what is proposed: omoios answer ${spec} --accept`,
        ]),
  ];
}
