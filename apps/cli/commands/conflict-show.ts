import type { Command } from "commander";
import { apiPaths } from "@omoios/contract/http";
import { conflictDetailSchema } from "@omoios/contract/http-conflict";
import { findTask } from "../client/references.ts";
import { conclude, serverOf, type Cli } from "../cli.ts";
import { createCommand, withCommon, type CommonFlags } from "../command-options.ts";
import { exitCodes } from "../exit-code.ts";
import { conflictLines } from "../render/conflict-lines.ts";
import { nextLines } from "../render/spec-result.ts";

/** `omoios conflict show`: both intents, the files, and what each side did to them. */
export function conflictShowCommand(cli: Cli): Command {
  const command = createCommand("show", "Show what conflicts: both intents, files, changes", [
    { line: "omoios conflict show TSK-001", does: "" },
  ]).argument("<task>", "Label or id of the task, for example TSK-001");
  return withCommon(command, "The conflict as one JSON line").action(async (reference: string, flags: CommonFlags) =>
    conclude(cli, flags, async () => {
      const client = await serverOf(cli, flags);
      const task = await findTask(cli, { client, reference, flags });
      const conflict = await client.get(apiPaths.taskConflict(task.id), conflictDetailSchema);
      const { terminal } = cli;
      if (flags.json === true) terminal.json(conflict);
      else {
        terminal.print(
          ...conflictLines(conflict, terminal),
          ...nextLines(
            conflict.state === "with_person"
              ? [{ line: `omoios conflict take ${task.label}`, does: "resolve it in your repository" }]
              : [],
            terminal,
          ),
        );
      }
      return exitCodes.done;
    }),
  );
}
