import type { Command } from "commander";
import { apiPaths } from "@omoios/contract/http";
import { taskSummarySchema } from "@omoios/contract/http-task";
import { findTask } from "../client/references.ts";
import { conclude, serverOf, type Cli } from "../cli.ts";
import { createCommand, withCommon, type CommonFlags } from "../command-options.ts";
import { exitCodes } from "../exit-code.ts";

/** `omoios task replan`: other tasks in the place of one that could not be done. */
export function taskReplanCommand(cli: Cli): Command {
  const command = createCommand("replan", "Have a blocked, failed or cancelled task planned anew, once", [
    { line: "omoios task replan TSK-001", does: "new tasks for the same criteria; what waits for it waits for them" },
  ]).argument("<task>", "Label or id, for example TSK-001");
  return withCommon(command, "The task as one JSON line").action(async (reference: string, flags: CommonFlags) =>
    conclude(cli, flags, async () => {
      const client = await serverOf(cli, flags);
      const task = await findTask(cli, { client, reference, flags });
      const changed = await client.post(apiPaths.taskReplan(task.id), taskSummarySchema);
      if (flags.json === true) cli.terminal.json(changed);
      else cli.terminal.print(`${task.label} is planned anew. Watch it with: omoios run --resume ${task.spec}`);
      return exitCodes.done;
    }),
  );
}
