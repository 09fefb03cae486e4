import type { Command } from "commander";
import { FaultError } from "@omoios/domain/shared/fault";
import { findTask } from "../client/references.ts";
import { conclude, serverOf, type Cli } from "../cli.ts";
import { createCommand, withCommon, type CommonFlags } from "../command-options.ts";
import { exitCodes, type ExitCode } from "../exit-code.ts";
import { cleanBlock } from "../render/clean-text.ts";
import { taskLines } from "../render/task-lines.ts";

interface TaskShowFlags extends CommonFlags {
  readonly brief?: boolean;
}

/** `omoios task show`: why it runs when it runs, and what became of each attempt. */
export function taskShowCommand(cli: Cli): Command {
  const command = createCommand("show", "Show a task: score, attempts, feedback, evidence", [
    { line: "omoios task show TSK-001", does: "" },
    { line: "omoios task show TSK-001 --brief", does: "what the agent of the newest attempt was told" },
  ])
    .argument("<task>", "Label or id, for example TSK-001")
    .option("--brief", "Print only what the agent was told");
  return withCommon(command, "The whole task as one JSON line").action(
    async (reference: string, flags: TaskShowFlags) => conclude(cli, flags, async () => show(cli, reference, flags)),
  );
}

async function show(cli: Cli, reference: string, flags: TaskShowFlags): Promise<ExitCode> {
  const client = await serverOf(cli, flags);
  const task = await findTask(cli, { client, reference, flags });
  const { terminal } = cli;
  if (flags.brief === true) {
    const brief = task.history.findLast((attempt) => attempt.brief !== null)?.brief;
    if (brief === undefined || brief === null)
      throw new FaultError({
        kind: "not-found",
        what: "A brief of",
        id: task.label,
        fix: "It is written when its first attempt starts",
      });
    if (flags.json === true) terminal.json({ task: task.label, brief });
    else terminal.print(cleanBlock(brief));
    return exitCodes.done;
  }
  if (flags.json === true) terminal.json(task);
  else terminal.print(...taskLines(task, { ...terminal, now: cli.now() }));
  return exitCodes.done;
}
