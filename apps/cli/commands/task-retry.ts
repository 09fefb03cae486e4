import type { Command } from "commander";
import { apiPaths } from "@omoios/contract/http";
import { taskSummarySchema } from "@omoios/contract/http-task";
import { findTask } from "../client/references.ts";
import { conclude, serverOf, type Cli } from "../cli.ts";
import { createCommand, withCommon, type CommonFlags } from "../command-options.ts";
import { exitCodes } from "../exit-code.ts";

/** `omoios task retry`: another attempt at a task that gave up. */
export function taskRetryCommand(cli: Cli): Command {
  const command = createCommand("retry", "Give a blocked or failed task another attempt", [
    { line: "omoios task retry TSK-001", does: "" },
  ]).argument("<task>", "Label or id, for example TSK-001");
  return withCommon(command, "The task as one JSON line").action(async (reference: string, flags: CommonFlags) =>
    conclude(cli, flags, async () => {
      const client = await serverOf(cli, flags);
      const task = await findTask(cli, { client, reference, flags });
      const changed = await client.post(apiPaths.taskRetry(task.id), taskSummarySchema);
      if (flags.json === true) cli.terminal.json(changed);
      else cli.terminal.print(`${task.label} goes back to the agents. Watch it with: omoios run --resume ${task.spec}`);
      return exitCodes.done;
    }),
  );
}
