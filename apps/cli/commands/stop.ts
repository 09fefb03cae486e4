import type { Command } from "commander";
import { apiPaths } from "@omoios/contract/http";
import { statusSchema } from "@omoios/contract/http-system";
import { findServer } from "../client/find-server.ts";
import { resolvePlace } from "../client/place.ts";
import { conclude, type Cli } from "../cli.ts";
import { createCommand, withJson, withPlace, type CommonFlags } from "../command-options.ts";
import { exitCodes, type ExitCode } from "../exit-code.ts";
import { parkedLine, workedOn } from "../render/status-lines.ts";
import { askToStop, waitForEnd } from "../server-process/stop-server.ts";

/** `omoios stop`: park everything and end the server. */
export function stopCommand(cli: Cli): Command {
  const command = createCommand("stop", "Park the work and end the server; nothing is lost", [
    { line: "omoios stop", does: "the server of this home" },
  ]);
  return withPlace(withJson(command, "One JSON line saying what was parked")).action(async (flags: CommonFlags) =>
    conclude(cli, flags, async () => stop(cli, flags)),
  );
}

async function stop(cli: Cli, flags: CommonFlags): Promise<ExitCode> {
  const place = resolvePlace(flags, cli.env);
  const client = await findServer(place, cli.version);
  if (client === null) {
    if (flags.json === true) cli.terminal.json({ type: "stopped", wasRunning: false, parked: [] });
    else cli.terminal.print(`No server runs with the home ${place.home}.`);
    return exitCodes.done;
  }
  const status = await client.get(apiPaths.status, statusSchema);
  await askToStop(client);
  // Of a server elsewhere, only the connection tells; its processes are not ours to look at.
  if (place.url === null) await waitForEnd(place.home, status.pid);
  const parked = workedOn(status).map((standing) => standing.spec.label);
  if (flags.json === true) cli.terminal.json({ type: "stopped", wasRunning: true, parked });
  else cli.terminal.print(parkedLine(status));
  return exitCodes.done;
}
