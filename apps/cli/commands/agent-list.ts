import type { Command } from "commander";
import { agentListSchema } from "@omoios/contract/agent-list";
import { resolvePlace } from "../client/place.ts";
import { conclude, type Cli } from "../cli.ts";
import { createCommand, withJson, type CommonFlags } from "../command-options.ts";
import { exitCodes } from "../exit-code.ts";
import { agentLines } from "../render/agent-lines.ts";
import { runAdmin } from "../server-process/admin-program.ts";

/** `omoios agent list`: which agents can be installed, and which are. */
export function agentListCommand(cli: Cli): Command {
  const command = createCommand("list", "Agents that can be installed, and which are", [
    { line: "omoios agent list", does: "" },
  ]).option("--home <folder>", "State folder (default: OMOIOS_HOME, else ~/.omoios; /var/lib/omoios for root)");
  return withJson(command, "The agents as one JSON line").action(async (flags: CommonFlags) =>
    conclude(cli, flags, async () => {
      const { home } = resolvePlace({ home: flags.home }, { ...cli.env, OMOIOS_URL: undefined });
      const env = { ...cli.env, OMOIOS_HOME: home };
      const list = await runAdmin({ program: "agent-list", args: [], env, schema: agentListSchema });
      if (flags.json === true) cli.terminal.json(list);
      else cli.terminal.print(...agentLines(list, cli.terminal));
      return exitCodes.done;
    }),
  );
}
