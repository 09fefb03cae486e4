import type { Command } from "commander";
import { apiPaths } from "@omoios/contract/http";
import { specSummarySchema } from "@omoios/contract/http-spec";
import { findSpec } from "../client/references.ts";
import { conclude, serverOf, type Cli } from "../cli.ts";
import { createCommand, withCommon, type CommonFlags } from "../command-options.ts";
import { exitCodes } from "../exit-code.ts";

/** `omoios spec cancel`: end a spec for good; what landed stays readable. */
export function specCancelCommand(cli: Cli): Command {
  const command = createCommand("cancel", "End a spec for good; its branch and evidence stay", [
    { line: "omoios spec cancel SPC-1", does: "" },
  ]).argument("<spec>", "Label or id, for example SPC-1");
  return withCommon(command, "The spec as one JSON line").action(async (reference: string, flags: CommonFlags) =>
    conclude(cli, flags, async () => {
      const client = await serverOf(cli, flags);
      const spec = await findSpec(cli, { client, reference, flags });
      const cancelled = await client.post(apiPaths.specCancel(spec.id), specSummarySchema);
      if (flags.json === true) cli.terminal.json(cancelled);
      else cli.terminal.print(`${spec.label} cancelled. Its agents are being stopped; ${spec.branch} stays readable.`);
      return exitCodes.done;
    }),
  );
}
