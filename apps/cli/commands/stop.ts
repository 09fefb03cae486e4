import type { Command } from "commander";
import { apiPaths } from "@omoios/contract/http";
import { statusSchema, type StatusView } from "@omoios/contract/http-system";
import { FaultError } from "@omoios/domain/shared/fault";
import type { ApiClient } from "../client/api-client.ts";
import { findHomeServer, findServer } from "../client/find-server.ts";
import { resolvePlace } from "../client/place.ts";
import { conclude, type Cli } from "../cli.ts";
import { createCommand, withJson, withPlace, type CommonFlags } from "../command-options.ts";
import { exitCodes, type ExitCode } from "../exit-code.ts";
import { parkedLine, workedOn } from "../render/status-lines.ts";
import { askToStop, stopHomeServer, waitForEnd } from "../server-process/stop-server.ts";

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
  const found = place.url === null ? await findHomeServer(place, cli.version) : null;
  const client = place.url === null ? (found?.client ?? null) : await findServer(place, cli.version);
  if (client === null) {
    if (flags.json === true) cli.terminal.json({ type: "stopped", wasRunning: false, parked: [] });
    else cli.terminal.print(`No server runs with the home ${place.home}.`);
    return exitCodes.done;
  }
  const status = await readableStatus(client);
  if (found === null) await askToStop(client);
  else {
    await stopHomeServer(client, found.file.pid);
    // Of a server elsewhere, only the connection tells; its processes are not ours to look at.
    await waitForEnd(place.home, found.file.pid);
  }
  const parked = status === null ? null : workedOn(status).map((standing) => standing.spec.label);
  if (flags.json === true) cli.terminal.json({ type: "stopped", wasRunning: true, parked });
  else if (status === null) cli.terminal.print("Stopped a server of another version; its work goes on with: omoios up");
  else cli.terminal.print(parkedLine(status));
  return exitCodes.done;
}

/** What the server works on; null when it says so in the words of another version. */
async function readableStatus(client: ApiClient): Promise<StatusView | null> {
  try {
    return await client.get(apiPaths.status, statusSchema);
  } catch (error) {
    if (error instanceof FaultError && error.fault.kind === "unavailable" && !error.fault.retryable) return null;
    throw error;
  }
}
