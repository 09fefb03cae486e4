import type { Command } from "commander";
import { apiPaths } from "@omoios/contract/http";
import { specSummarySchema } from "@omoios/contract/http-spec";
import { findSpec } from "../client/references.ts";
import { conclude, serverOf, type Cli } from "../cli.ts";
import { createCommand, withCommon, type CommonFlags } from "../command-options.ts";
import { exitCodes } from "../exit-code.ts";

/** `omoios spec regenerate`: make anew what an edit left out of date. */
export function specRegenerateCommand(cli: Cli): Command {
  const command = createCommand("regenerate", "Make anew what an edit left out of date", [
    { line: "omoios spec regenerate SPC-1", does: "the phases that depend on what was edited" },
  ]).argument("<spec>", "Label or id, for example SPC-1");
  return withCommon(command, "The spec as one JSON line").action(async (reference: string, flags: CommonFlags) =>
    conclude(cli, flags, async () => {
      const client = await serverOf(cli, flags);
      const spec = await findSpec(cli, { client, reference, flags });
      const moved = await client.post(apiPaths.specRegenerate(spec.id), specSummarySchema);
      if (flags.json === true) cli.terminal.json(moved);
      else cli.terminal.print(`${spec.label} is planned anew. Watch it with: omoios run --resume ${spec.label}`);
      return exitCodes.done;
    }),
  );
}
