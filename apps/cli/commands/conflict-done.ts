import type { Command } from "commander";
import { apiPaths } from "@omoios/contract/http";
import { taskSummarySchema } from "@omoios/contract/http-task";
import { findTask } from "../client/references.ts";
import { conclude, serverOf, type Cli } from "../cli.ts";
import { createCommand, withCommon, type CommonFlags } from "../command-options.ts";
import { exitCodes } from "../exit-code.ts";

interface ConflictDoneFlags extends CommonFlags {
  readonly branch?: string;
  readonly acceptLost?: boolean;
}

/** `omoios conflict done`: hands a person's resolution back. */
export function conflictDoneCommand(cli: Cli): Command {
  const command = createCommand("done", "Hand back what you resolved; it is audited, proven and lands", [
    { line: "omoios conflict done TSK-001", does: "from the branch that conflict take gave you" },
    { line: "omoios conflict done TSK-001 --accept-lost", does: "the lines it loses are meant to go" },
  ])
    .argument("<task>", "Label or id of the task, for example TSK-001")
    .option("--branch <branch>", "Branch of your repository that resolves it (default: the one you took)")
    .option("--accept-lost", "Accept that lines of one side are gone; recorded");
  return withCommon(command, "The task as one JSON line").action(async (reference: string, flags: ConflictDoneFlags) =>
    conclude(cli, flags, async () => {
      const client = await serverOf(cli, flags);
      const task = await findTask(cli, { client, reference, flags });
      const body = { branch: flags.branch ?? null, acceptLost: flags.acceptLost === true };
      const changed = await client.post(apiPaths.taskConflictDone(task.id), taskSummarySchema, { body });
      if (flags.json === true) cli.terminal.json(changed);
      else {
        cli.terminal.print(
          `Your resolution of ${task.label} is taken in and proven now. Watch it: omoios run --resume ${task.spec}`,
        );
      }
      return exitCodes.done;
    }),
  );
}
