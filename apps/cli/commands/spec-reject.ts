import type { Command } from "commander";
import { apiPaths } from "@omoios/contract/http";
import { specSummarySchema } from "@omoios/contract/http-spec";
import { findSpec } from "../client/references.ts";
import { conclude, serverOf, type Cli } from "../cli.ts";
import { createCommand, withCommon, type CommonFlags } from "../command-options.ts";
import { exitCodes } from "../exit-code.ts";

interface RejectFlags extends CommonFlags {
  readonly reason: string;
  readonly phase?: string;
}

/** `omoios spec reject`: send a plan back to a phase, with the reason. */
export function specRejectCommand(cli: Cli): Command {
  const command = createCommand("reject", "Send a plan back: it is made anew with your reason", [
    {
      line: 'omoios spec reject SPC-1 --reason "keep the old endpoint"',
      does: "tasks at size full, else the whole plan",
    },
    { line: 'omoios spec reject SPC-1 --phase requirements --reason "…"', does: "from the requirements on" },
  ])
    .argument("<spec>", "Label or id, for example SPC-1")
    .requiredOption("--reason <text>", "What has to be different")
    .option("--phase <phase>", "Where to begin anew: explore, prd, requirements, design or tasks");
  return withCommon(command, "The spec as one JSON line").action(async (reference: string, flags: RejectFlags) =>
    conclude(cli, flags, async () => {
      const client = await serverOf(cli, flags);
      const spec = await findSpec(cli, { client, reference, flags });
      const body = { reason: flags.reason, phase: flags.phase?.toUpperCase() ?? null };
      const rejected = await client.post(apiPaths.specReject(spec.id), specSummarySchema, { body });
      if (flags.json === true) cli.terminal.json(rejected);
      else cli.terminal.print(`${spec.label} sent back. Watch it with: omoios run --resume ${spec.label}`);
      return exitCodes.done;
    }),
  );
}
