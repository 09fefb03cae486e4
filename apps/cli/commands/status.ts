import type { Command } from "commander";
import { apiPaths } from "@omoios/contract/http";
import { statusSchema } from "@omoios/contract/http-system";
import { conclude, serverOf, type Cli } from "../cli.ts";
import { createCommand, withJson, withPlace, type CommonFlags } from "../command-options.ts";
import { exitCodes } from "../exit-code.ts";
import { statusLines } from "../render/status-lines.ts";

/** `omoios status`: the server, its slots, and how far every unfinished spec is from its goal. */
export function statusCommand(cli: Cli): Command {
  const command = createCommand("status", "Show the server and how far every unfinished spec is", [
    { line: "omoios status", does: "for people" },
    { line: "omoios status --json | jq '.running[].goal'", does: "for programs" },
  ]);
  return withPlace(withJson(command, "The whole status as one JSON line")).action(async (flags: CommonFlags) =>
    conclude(cli, flags, async () => {
      const status = await (await serverOf(cli, flags)).get(apiPaths.status, statusSchema);
      if (flags.json === true) cli.terminal.json(status);
      else cli.terminal.print(...statusLines(status, { ...cli.terminal, now: cli.now() }));
      return exitCodes.done;
    }),
  );
}
