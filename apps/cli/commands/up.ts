import type { Command } from "commander";
import { apiPaths } from "@omoios/contract/http";
import { signInLinkSchema, statusSchema } from "@omoios/contract/http-system";
import { FaultError } from "@omoios/domain/shared/fault";
import { shellWord } from "@omoios/domain/shared/shell-word";
import { ApiClient } from "../client/api-client.ts";
import { followEvents } from "../client/event-stream.ts";
import { findServer } from "../client/find-server.ts";
import { readToken, resolvePlace, type Place } from "../client/place.ts";
import { conclude, type Cli } from "../cli.ts";
import { createCommand, numberOption, withJson } from "../command-options.ts";
import { exitCodes, type ExitCode } from "../exit-code.ts";
import { interruptSignal } from "../interrupt.ts";
import { eventLines } from "../render/event-lines.ts";
import { eventText } from "../render/event-text.ts";
import { parkedLine } from "../render/status-lines.ts";
import { welcomeLines } from "../render/welcome-lines.ts";
import { closeSession } from "../server-process/session.ts";
import { startServer, type ServerProcess } from "../server-process/start-server.ts";

interface UpFlags {
  readonly home?: string;
  readonly port?: number;
  readonly detach?: boolean;
  readonly json?: boolean;
}

/** `omoios up`: the server, in this terminal or behind it. */
export function upCommand(cli: Cli): Command {
  const command = createCommand("up", "Start the server; parked work goes on at once", [
    { line: "omoios up", does: "in this terminal, until Ctrl-C" },
    { line: "omoios up --detach", does: "behind it; omoios stop ends it" },
    { line: "omoios up --port 0", does: "on a port that is free" },
  ])
    .option("--home <folder>", "State folder (default: OMOIOS_HOME, else ~/.omoios; /var/lib/omoios for root)")
    .addOption(
      numberOption("--port <number>", "Port (default: server.port of the configuration, 18000)", {
        min: 0,
        max: 65_535,
      }),
    )
    .option("--detach", "Return as soon as the server is ready");
  return withJson(command, "One JSON line with address and status").action(async (flags: UpFlags) =>
    conclude(cli, flags, async () => up(cli, flags)),
  );
}

async function up(cli: Cli, flags: UpFlags): Promise<ExitCode> {
  const place: Place = { ...resolvePlace({ home: flags.home }, { ...cli.env, OMOIOS_URL: undefined }), url: null };
  await refuseSecond(place, cli.version);
  using interrupt = interruptSignal(cli);
  const own = await startServer({
    home: place.home,
    port: flags.port ?? null,
    env: cli.env,
    say: cli.terminal.note,
    signal: interrupt.signal,
  });
  const endpoint = {
    url: own.url,
    token: place.token ?? (await readToken(place.home)),
    fix: `Read its log: ${shellWord(own.logPath)}`,
  };
  const client = new ApiClient(endpoint, cli.version);
  await welcome(cli, { client, own, flags });
  if (flags.detach === true) {
    own.release();
    return exitCodes.done;
  }
  return await stayUp(cli, { client, own, flags, signal: interrupt.signal });
}

async function refuseSecond(place: Place, version: string): Promise<void> {
  const running = await findServer(place, version);
  if (running === null) return;
  const { pid, url } = await running.get(apiPaths.status, statusSchema);
  const link = await running.post(apiPaths.signInLinks, signInLinkSchema);
  const message = `A server already runs with the home ${place.home}: ${url} (pid ${pid})`;
  throw new FaultError({
    kind: "unavailable",
    message,
    fix: `Use that one (a new sign-in link: ${link.url}), end it with omoios stop, or name another home with --home`,
    retryable: false,
  });
}

interface Running {
  readonly client: ApiClient;
  readonly own: ServerProcess;
  readonly flags: UpFlags;
}

async function welcome(cli: Cli, { client, own, flags }: Running): Promise<void> {
  const status = await client.get(apiPaths.status, statusSchema);
  const link = await client.post(apiPaths.signInLinks, signInLinkSchema);
  if (flags.json === true)
    cli.terminal.json({ type: "up", pid: status.pid, url: status.url, signIn: link, log: own.logPath, status });
  else
    cli.terminal.print(
      ...welcomeLines(
        { status, link, logPath: own.logPath, detached: flags.detach === true },
        { ...cli.terminal, now: cli.now() },
      ),
    );
}

async function stayUp(
  cli: Cli,
  { client, own, flags, signal }: Running & { readonly signal: AbortSignal },
): Promise<ExitCode> {
  const gone = new AbortController();
  const ended = own.ended.then((end) => {
    gone.abort();
    return end;
  });
  await tell(cli, { client, flags, signal: AbortSignal.any([signal, gone.signal]) });
  if (signal.aborted && !gone.signal.aborted) {
    const status = await client.get(apiPaths.status, statusSchema);
    cli.terminal.note("", "Parking the work (at most 10 s; Ctrl-C again leaves at once).");
    await closeSession({ client, own });
    cli.terminal.note(parkedLine(status));
    return exitCodes.done;
  }
  const end = await ended;
  if (end.code === 0) {
    cli.terminal.note("The server was stopped.");
    return exitCodes.done;
  }
  const how = end.signal === null ? `exit ${end.code ?? "unknown"}` : `signal ${end.signal}`;
  throw new FaultError({
    kind: "unavailable",
    message: `The server ended unexpectedly (${how})`,
    fix: `Read ${shellWord(own.logPath)}, then: omoios up   (it goes on from the last commit)`,
    retryable: true,
  });
}

/** Tells what happens from now on, until the server or the person ends it. */
async function tell(
  cli: Cli,
  at: { readonly client: ApiClient; readonly flags: UpFlags; readonly signal: AbortSignal },
): Promise<void> {
  const { lastEvent } = await at.client.get(apiPaths.status, statusSchema);
  const { terminal } = cli;
  for await (const event of followEvents(at.client, {
    after: lastEvent,
    signal: at.signal,
    patienceMs: Number.POSITIVE_INFINITY,
    onConnection: () => undefined,
  })) {
    if (at.flags.json === true) terminal.json(event);
    else if (eventText(event).headline)
      terminal.print(...eventLines(event, { paint: terminal.paint, width: terminal.width, since: null }));
  }
}
