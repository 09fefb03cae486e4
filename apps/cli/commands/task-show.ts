import type { TaskView } from "@omoios/contract/http-task";
import type { Command } from "commander";
import { FaultError } from "@omoios/domain/shared/fault";
import { findTask } from "../client/references.ts";
import { conclude, serverOf, type Cli } from "../cli.ts";
import { createCommand, numberOption, withCommon, type CommonFlags } from "../command-options.ts";
import { exitCodes, type ExitCode } from "../exit-code.ts";
import { cleanBlock } from "../render/clean-text.ts";
import { taskLines } from "../render/task-lines.ts";

interface TaskShowFlags extends CommonFlags {
  readonly brief?: boolean;
  readonly validator?: boolean;
  readonly attempt?: number;
}

const attemptNumbers = { min: 1, max: 1000 };

/** `omoios task show`: why it runs when it runs, and what became of each attempt. */
export function taskShowCommand(cli: Cli): Command {
  const command = createCommand("show", "Show a task: score, attempts, feedback, evidence", [
    { line: "omoios task show TSK-001", does: "" },
    { line: "omoios task show TSK-001 --brief", does: "what the agent of the newest attempt was told" },
    { line: "omoios task show TSK-001 --attempt 1", does: "what that of the first was told" },
    { line: "omoios task show TSK-001 --validator", does: "what the validator of the newest one was told" },
  ])
    .argument("<task>", "Label or id, for example TSK-001")
    .option("--brief", "Print only what the agent was told, as it was sent")
    .option("--validator", "Print what the validator was told in place of the agent")
    .addOption(numberOption("--attempt <number>", "Print what the agent of this attempt was told", attemptNumbers));
  return withCommon(command, "The whole task as one JSON line").action(
    async (reference: string, flags: TaskShowFlags) => conclude(cli, flags, async () => show(cli, reference, flags)),
  );
}

async function show(cli: Cli, reference: string, flags: TaskShowFlags): Promise<ExitCode> {
  const client = await serverOf(cli, flags);
  const task = await findTask(cli, { client, reference, flags });
  const { terminal } = cli;
  if (flags.brief === true || flags.validator === true || flags.attempt !== undefined) {
    const { number, brief } = briefOf(task, flags);
    if (flags.json === true) terminal.json({ task: task.label, attempt: number, brief });
    else terminal.print(cleanBlock(brief));
    return exitCodes.done;
  }
  if (flags.json === true) terminal.json(task);
  else terminal.print(...taskLines(task, { ...terminal, now: cli.now() }));
  return exitCodes.done;
}

function briefOf(
  task: TaskView,
  { attempt: wanted, validator = false }: TaskShowFlags,
): { readonly number: number; readonly brief: string } {
  const sent = task.history.flatMap(({ number, brief: own, validations }) => {
    const brief = validator ? (validations.at(-1)?.brief ?? null) : own;
    return brief === null ? [] : [{ number, brief }];
  });
  const found = wanted === undefined ? sent.at(-1) : sent.find(({ number }) => number === wanted);
  if (found !== undefined) return found;
  throw new FaultError({
    kind: "not-found",
    what: wanted === undefined ? "A brief of" : `A brief of attempt ${wanted} of`,
    id: task.label,
    fix:
      sent.length === 0
        ? `It is written when its first attempt ${validator ? "is judged" : "starts"}`
        : `There is one of attempt ${sent.map(({ number }) => number).join(", ")}`,
  });
}
