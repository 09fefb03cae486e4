import type { Command } from "commander";
import { apiPaths } from "@omoios/contract/http";
import { taskViewSchema, type MessageView, type TaskView } from "@omoios/contract/http-task";
import { FaultError } from "@omoios/domain/shared/fault";
import { openQuestion } from "@omoios/domain/task/message";
import { findTask } from "../client/references.ts";
import { conclude, serverOf, type Cli } from "../cli.ts";
import { createCommand, withCommon, type CommonFlags } from "../command-options.ts";
import { exitCodes, type ExitCode } from "../exit-code.ts";
import { cleanBlock, cleanLine } from "../render/clean-text.ts";
import { hang } from "../render/columns.ts";

export interface TaskAnswerFlags extends CommonFlags {
  readonly accept?: boolean;
}

interface GivenAnswer {
  /** Label or id of the task. */
  readonly reference: string;
  /** Empty: the person wants to see the question. */
  readonly text: string;
  readonly flags: TaskAnswerFlags;
}

/** `omoios task answer`: what the agent of a task wants to know from a person. */
export function taskAnswerCommand(cli: Cli): Command {
  const command = createCommand("answer", "Answer what the agent of a task asks, or see what it asks", [
    { line: "omoios task answer TSK-001", does: "see the question" },
    { line: 'omoios task answer TSK-001 "only signed-in users"', does: "answer it; the agent goes on" },
    { line: "omoios task answer TSK-001 --accept", does: "let it do what it proposes" },
  ])
    .argument("<task>", "Label or id, for example TSK-001")
    .argument("[answer]", "Your answer")
    .option("--accept", "Answer with what the agent proposes");
  return withCommon(command, "The task as one JSON line").action(
    async (reference: string, text: string | undefined, flags: TaskAnswerFlags) =>
      conclude(cli, flags, async () => answerTask(cli, { reference, text: text ?? "", flags })),
  );
}

/** Shows the open question of a task, or answers it. */
export async function answerTask(cli: Cli, { reference, text, flags }: GivenAnswer): Promise<ExitCode> {
  const client = await serverOf(cli, flags);
  const task = await findTask(cli, { client, reference, flags });
  const question = openQuestion(task.messages);
  if (text === "" && flags.accept !== true) {
    if (flags.json === true) cli.terminal.json(task);
    else cli.terminal.print(...questionLines(task, question, cli.terminal.width));
    return exitCodes.done;
  }
  const answer = text === "" ? (question?.proposal ?? null) : text;
  if (question === null || answer === null) throw nothingToAnswer(task, question);
  const told = await client.post(apiPaths.taskMessages(task.id), taskViewSchema, { body: { text: answer } });
  if (flags.json === true) cli.terminal.json(told);
  else cli.terminal.print(`Answered; its agent goes on. Watch it with: omoios run --resume ${task.spec}`);
  return exitCodes.done;
}

function questionLines(task: TaskView, question: MessageView | null, width: number): readonly string[] {
  if (question === null) return [`The agent of ${task.label} asks nothing.`];
  const [first = "", ...more] = cleanBlock(question.text).split("\n");
  return [
    ...hang(`${task.label} asks  `, first, width),
    ...more.flatMap((line) => hang("  ", line, width)),
    ...(question.proposal === null ? [] : hang("  it would  ", cleanLine(question.proposal), width)),
    "",
    `Answer with: omoios answer ${task.label} "…"`,
    ...(question.proposal === null ? [] : [`or let it do that: omoios answer ${task.label} --accept`]),
  ];
}

function nothingToAnswer(task: TaskView, question: MessageView | null): FaultError {
  const [message, fix] =
    question === null
      ? ["asks nothing", `Say something to its agent with: omoios task message ${task.label} "…"`]
      : ["proposes nothing that could be accepted", `Answer in your words: omoios answer ${task.label} "…"`];
  const problems = [{ at: task.label, message, fix }];
  return new FaultError({ kind: "invalid", message: "There is nothing to answer with", problems });
}
