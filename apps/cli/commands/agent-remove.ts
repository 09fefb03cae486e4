import type { Command } from "commander";
import { agentListSchema } from "@omoios/contract/agent-list";
import { resolvePlace } from "../client/place.ts";
import { conclude, type Cli } from "../cli.ts";
import { createCommand, withJson, type CommonFlags } from "../command-options.ts";
import { exitCodes } from "../exit-code.ts";
import { runAdmin } from "../server-process/admin-program.ts";

/** `omoios agent remove`: deletes an installed agent from the agents folder. */
export function agentRemoveCommand(cli: Cli): Command {
  const command = createCommand("remove", "Remove an installed agent", [
    { line: "omoios agent remove claude", does: "frees its disk space" },
  ])
    .argument("<agent>", "claude")
    .option("--home <folder>", "State folder (default: OMOIOS_HOME, else ~/.omoios; /var/lib/omoios for root)");
  return withJson(command, "The agents as one JSON line").action(async (id: string, flags: CommonFlags) =>
    conclude(cli, flags, async () => {
      const { home } = resolvePlace({ home: flags.home }, { ...cli.env, OMOIOS_URL: undefined });
      const env = { ...cli.env, OMOIOS_HOME: home };
      const list = await runAdmin({ program: "agent-remove", args: [id], env, schema: agentListSchema });
      if (flags.json === true) cli.terminal.json(list);
      else cli.terminal.print(`Removed ${id}. A running server forgets it after a restart: omoios stop`);
      return exitCodes.done;
    }),
  );
}
