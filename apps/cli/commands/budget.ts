import { Argument, type Command } from "commander";
import { apiPaths } from "@omoios/contract/http";
import { budgetViewSchema, type Budget } from "@omoios/contract/http-budget";
import { findSpec } from "../client/references.ts";
import { conclude, serverOf, type Cli } from "../cli.ts";
import { createCommand, parseBudget, withCommon, type CommonFlags } from "../command-options.ts";
import { exitCodes } from "../exit-code.ts";
import { budgetLines } from "../render/budget-lines.ts";

/** `omoios budget`: what a spec has used of what it may, and how to let it use more. */
export function budgetCommand(cli: Cli): Command {
  const command = createCommand("budget", "What a spec has used of its budget; with a cap, set it", [
    { line: "omoios budget SPC-1", does: "what was used, by task and attempt" },
    { line: "omoios budget SPC-1 10", does: "let it use 10 US dollars in all" },
    { line: "omoios budget SPC-1 2000000tokens", does: "cap tokens: for models without a known price" },
    { line: "omoios budget SPC-1 none", does: "no cap" },
  ])
    .argument("<spec>", "Label or id, for example SPC-1")
    .addArgument(
      new Argument("[cap]", "The most it may use; if that had stopped it, it goes on").argParser(parseBudget),
    );
  return withCommon(command, "The accounts as one JSON line").action(
    async (reference: string, cap: Budget | undefined, flags: CommonFlags) =>
      conclude(cli, flags, async () => {
        const client = await serverOf(cli, flags);
        const { id } = await findSpec(cli, { client, reference, flags });
        const path = apiPaths.specBudget(id);
        const view =
          cap === undefined
            ? await client.get(path, budgetViewSchema)
            : await client.post(path, budgetViewSchema, { body: cap });
        if (flags.json === true) cli.terminal.json(view);
        else cli.terminal.print(...budgetLines(view, cli.terminal));
        return exitCodes.done;
      }),
  );
}
