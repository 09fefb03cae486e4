import type { Command } from "commander";
import { apiPaths } from "@omoios/contract/http";
import { findTask } from "../client/references.ts";
import { conclude, serverOf, type Cli } from "../cli.ts";
import { createCommand, withCommon, type CommonFlags } from "../command-options.ts";
import { exitCodes } from "../exit-code.ts";
import { diffLines } from "../render/diff-lines.ts";

/** `omoios task diff`: what the newest attempt changed. */
export function taskDiffCommand(cli: Cli): Command {
  const command = createCommand("diff", "Print what the newest attempt changed", [
    { line: "omoios task diff TSK-001", does: "" },
    { line: "omoios task diff TSK-001 | less -R", does: "page by page" },
  ]).argument("<task>", "Label or id, for example TSK-001");
  return withCommon(command, "The diff as one JSON line").action(async (reference: string, flags: CommonFlags) =>
    conclude(cli, flags, async () => {
      const client = await serverOf(cli, flags);
      const task = await findTask(cli, { client, reference, flags });
      const diff = await client.getText(apiPaths.taskDiff(task.id));
      if (flags.json === true) cli.terminal.json({ task: task.label, diff });
      else if (diff.trim() === "") cli.terminal.print(`${task.label} has changed nothing yet.`);
      else cli.terminal.print(...diffLines(diff, cli.terminal.paint));
      return exitCodes.done;
    }),
  );
}
