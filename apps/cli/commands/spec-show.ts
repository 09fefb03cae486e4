import type { Command } from "commander";
import { findSpec } from "../client/references.ts";
import { conclude, serverOf, type Cli } from "../cli.ts";
import { createCommand, withCommon, type CommonFlags } from "../command-options.ts";
import { exitCodes } from "../exit-code.ts";
import { specLines } from "../render/spec-lines.ts";

interface ShowFlags extends CommonFlags {
  readonly full?: boolean;
}

/** `omoios spec show`: the plan, and how every criterion stands. */
export function specShowCommand(cli: Cli): Command {
  const command = createCommand("show", "Show a spec: its plan, and how every criterion stands", [
    { line: "omoios spec show SPC-1", does: "a plan that waits for you is one page" },
    { line: "omoios spec show SPC-1 --full", does: "every word of it, with the files its checks bring" },
  ])
    .argument("<spec>", "Label or id, for example SPC-1")
    .option("--full", "Every word of a plan that waits, with the files its checks bring");
  return withCommon(command, "The whole spec as one JSON line").action(async (reference: string, flags: ShowFlags) =>
    conclude(cli, flags, async () => {
      const client = await serverOf(cli, flags);
      const spec = await findSpec(cli, { client, reference, flags });
      if (flags.json === true) cli.terminal.json(spec);
      else cli.terminal.print(...specLines(spec, { ...cli.terminal, now: cli.now(), isFull: flags.full === true }));
      return exitCodes.done;
    }),
  );
}
