import type { Command } from "commander";
import { agentListSchema } from "@omoios/contract/agent-list";
import { resolvePlace } from "../client/place.ts";
import { conclude, type Cli } from "../cli.ts";
import { createCommand, withJson, type CommonFlags } from "../command-options.ts";
import { exitCodes } from "../exit-code.ts";
import { agentLines } from "../render/agent-lines.ts";
import { runAdmin } from "../server-process/admin-program.ts";

/** `omoios agent install`: puts an agent, which is not part of OmoiOS, into its agents folder. */
export function agentInstallCommand(cli: Cli): Command {
  const command = createCommand("install", "Install an agent; its licence is its maker's", [
    { line: "omoios agent install claude", does: "Claude Code, about 400 MB" },
  ])
    .argument("<agent>", "claude")
    .option("--home <folder>", "State folder (default: OMOIOS_HOME, else ~/.omoios; /var/lib/omoios for root)");
  return withJson(command, "The agents as one JSON line").action(async (id: string, flags: CommonFlags) =>
    conclude(cli, flags, async () => {
      const { home } = resolvePlace({ home: flags.home }, { ...cli.env, OMOIOS_URL: undefined });
      if (flags.json !== true) cli.terminal.print(`Installing ${id} with npm.`);
      const env = { ...cli.env, OMOIOS_HOME: home };
      const list = await runAdmin({ program: "agent-install", args: [id], env, schema: agentListSchema });
      if (flags.json === true) cli.terminal.json(list);
      else {
        const own = { agents: list.agents.filter((agent) => agent.id === id) };
        cli.terminal.print(...agentLines(own, cli.terminal), "A running server sees it after a restart: omoios stop");
      }
      return exitCodes.done;
    }),
  );
}
