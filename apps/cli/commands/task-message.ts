import type { Command } from "commander";
import { apiPaths } from "@omoios/contract/http";
import { taskViewSchema } from "@omoios/contract/http-task";
import { findTask } from "../client/references.ts";
import { conclude, serverOf, type Cli } from "../cli.ts";
import { createCommand, withCommon, type CommonFlags } from "../command-options.ts";
import { exitCodes } from "../exit-code.ts";
import { heardText } from "../render/heard-text.ts";

/** `omoios task message`: a word to the agent of a task. */
export function taskMessageCommand(cli: Cli): Command {
  const command = createCommand("message", "Say something to the agent of a task", [
    { line: 'omoios task message TSK-001 "Keep the old name as an alias"', does: "" },
  ])
    .argument("<task>", "Label or id, for example TSK-001")
    .argument("<text>", "What the agent is to know");
  return withCommon(command, "The task as one JSON line").action(
    async (reference: string, text: string, flags: CommonFlags) =>
      conclude(cli, flags, async () => {
        const client = await serverOf(cli, flags);
        const task = await findTask(cli, { client, reference, flags });
        const told = await client.post(apiPaths.taskMessages(task.id), taskViewSchema, { body: { text } });
        if (flags.json === true) cli.terminal.json(told);
        else cli.terminal.print(heardText(told, task.blockedReason === "question"));
        return exitCodes.done;
      }),
  );
}
