import type { Command } from "commander";
import { apiPaths } from "@omoios/contract/http";
import { specSummarySchema } from "@omoios/contract/http-spec";
import { findSpec } from "../client/references.ts";
import { conclude, serverOf, type Cli } from "../cli.ts";
import { createCommand, withCommon, type CommonFlags } from "../command-options.ts";
import { exitCodes } from "../exit-code.ts";

interface AcceptFlags extends CommonFlags {
  readonly reason: string;
}

/** `omoios spec accept`: a person's yes to a criterion. */
export function specAcceptCommand(cli: Cli): Command {
  const command = createCommand("accept", "Say yes to a criterion that no check proves, or go without one", [
    { line: 'omoios spec accept SPC-1 REQ-1.2 --reason "looked at it"', does: "kept, and shown in the pull request" },
  ])
    .argument("<spec>", "Label or id, for example SPC-1")
    .argument("<criterion>", "For example REQ-1.2")
    .requiredOption("--reason <text>", "Why");
  return withCommon(command, "The spec as one JSON line").action(
    async (...[reference, criterion, flags]: [string, string, AcceptFlags]) =>
      conclude(cli, flags, async () => {
        const client = await serverOf(cli, flags);
        const spec = await findSpec(cli, { client, reference, flags });
        const body = { criterion, reason: flags.reason };
        const accepted = await client.post(apiPaths.specAccept(spec.id), specSummarySchema, { body });
        if (flags.json === true) cli.terminal.json(accepted);
        else
          cli.terminal.print(
            `${criterion} of ${spec.label} accepted. Watch it with: omoios run --resume ${spec.label}`,
          );
        return exitCodes.done;
      }),
  );
}
