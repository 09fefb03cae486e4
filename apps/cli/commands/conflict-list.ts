import type { Command } from "commander";
import { apiPaths } from "@omoios/contract/http";
import { conflictListSchema } from "@omoios/contract/http-conflict";
import { conclude, serverOf, type Cli } from "../cli.ts";
import { createCommand, withCommon, type CommonFlags } from "../command-options.ts";
import { exitCodes } from "../exit-code.ts";
import { conflictSummaryLines } from "../render/conflict-lines.ts";

interface ConflictListFlags extends CommonFlags {
  readonly all?: boolean;
}

/** `omoios conflict list`: work that git could not merge with what landed. */
export function conflictListCommand(cli: Cli): Command {
  const command = createCommand("list", "List conflicts that are not settled", [
    { line: "omoios conflict list", does: "" },
    { line: "omoios conflict list --all", does: "those that were settled too" },
  ]).option("--all", "Settled ones too");
  return withCommon(command, "The conflicts as one JSON line").action(async (flags: ConflictListFlags) =>
    conclude(cli, flags, async () => {
      const client = await serverOf(cli, flags);
      const query = { project: flags.project, ...(flags.all === true ? { all: "true" } : {}) };
      const found = await client.get(apiPaths.conflicts, conflictListSchema, query);
      const { terminal } = cli;
      if (flags.json === true) terminal.json(found);
      else if (found.items.length === 0) terminal.print("Nothing conflicts.");
      else terminal.print(...found.items.flatMap((conflict) => conflictSummaryLines(conflict, terminal)));
      return exitCodes.done;
    }),
  );
}
