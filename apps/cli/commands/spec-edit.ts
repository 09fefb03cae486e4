import type { Command } from "commander";
import { apiPaths } from "@omoios/contract/http";
import { specSummarySchema, specViewSchema } from "@omoios/contract/http-spec";
import { findSpec } from "../client/references.ts";
import { conclude, serverOf, type Cli } from "../cli.ts";
import { createCommand, withCommon, type CommonFlags } from "../command-options.ts";
import { exitCodes } from "../exit-code.ts";

/** `omoios spec edit`: reword a requirement or a criterion, before the plan is approved or while it is carried out. */
export function specEditCommand(cli: Cli): Command {
  const command = createCommand("edit", "Reword a requirement or a criterion, also while it is worked on", [
    { line: 'omoios spec edit SPC-1 REQ-1.2 "GET /health answers 204"', does: "then: omoios spec regenerate SPC-1" },
  ])
    .argument("<spec>", "Label or id, for example SPC-1")
    .argument("<id>", "REQ-1 for a requirement, REQ-1.2 for a criterion")
    .argument("<text>", "Its new words");
  return withCommon(command, "The spec as one JSON line").action(
    async (...[reference, subject, text, flags]: [string, string, string, CommonFlags]) =>
      conclude(cli, flags, async () => {
        const client = await serverOf(cli, flags);
        const spec = await findSpec(cli, { client, reference, flags });
        const edited = await client.post(apiPaths.specEdit(spec.id), specSummarySchema, { body: { subject, text } });
        if (flags.json === true) {
          cli.terminal.json(edited);
          return exitCodes.done;
        }
        const { plan } = await client.get(apiPaths.spec(spec.id), specViewSchema);
        const after =
          edited.status === "executing" || edited.status === "verifying"
            ? " Work on the old words has stopped and goes on with the new ones."
            : plan.stale.length === 0
              ? ""
              : ` Out of date now: ${plan.stale.join(", ")}. Make them anew with: omoios spec regenerate ${spec.label}`;
        cli.terminal.print(`${subject} of ${spec.label} reworded.${after}`);
        return exitCodes.done;
      }),
  );
}
