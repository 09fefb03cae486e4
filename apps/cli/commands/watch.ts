import type { Command } from "commander";
import { apiPaths } from "@omoios/contract/http";
import { statusSchema } from "@omoios/contract/http-system";
import { followEvents, type StreamOptions } from "../client/event-stream.ts";
import { findSpec } from "../client/references.ts";
import { conclude, serverOf, type Cli } from "../cli.ts";
import { createCommand, linesOption, numberOption, withCommon, type CommonFlags } from "../command-options.ts";
import { exitCodes, type ExitCode } from "../exit-code.ts";
import { interruptSignal } from "../interrupt.ts";
import { LiveView } from "../live/live-view.ts";
import { eventLines } from "../render/event-lines.ts";

interface WatchFlags extends CommonFlags {
  readonly after?: number;
  readonly lines?: boolean;
}

/** How long a watcher goes on trying: a person who watches wants it to come back. */
const patienceMs = 3_600_000;

/** `omoios watch`: every event as it happens. */
export function watchCommand(cli: Cli): Command {
  const command = createCommand("watch", "Follow events as they happen, until Ctrl-C", [
    { line: "omoios watch", does: "everything, from now on" },
    { line: "omoios watch SPC-1", does: "one spec, from its beginning" },
    { line: "omoios watch --after 1200 --json", does: "what came after event 1200, for a program" },
  ])
    .argument("[spec]", "Label or id, for example SPC-1")
    .addOption(numberOption("--after <number>", "Begin after this event", { min: 0, max: Number.MAX_SAFE_INTEGER }));
  command.addOption(linesOption());
  return withCommon(command, "One event per line").action(async (reference: string | undefined, flags: WatchFlags) =>
    conclude(cli, flags, async () => watch(cli, reference, flags)),
  );
}

async function watch(cli: Cli, reference: string | undefined, flags: WatchFlags): Promise<ExitCode> {
  const client = await serverOf(cli, flags);
  const { terminal } = cli;
  using interrupt = interruptSignal(cli);
  const spec = reference === undefined ? null : await findSpec(cli, { client, reference, flags });
  const start = spec === null ? (await client.get(apiPaths.status, statusSchema)).lastEvent : 0;
  const stream: StreamOptions = {
    after: flags.after ?? start,
    ...(spec === null ? {} : { spec: spec.id }),
    signal: interrupt.signal,
    patienceMs,
    onConnection: (state) =>
      terminal.note(
        state === "lost" ? "Connection lost. Trying to reach the server again." : "Back. Nothing was missed.",
      ),
  };
  if (spec === null) terminal.note("Watching from now on; Ctrl-C ends it, the work goes on.");
  const { screen } = terminal;
  if (spec !== null && screen !== null && flags.json !== true && flags.lines !== true) {
    using live = new LiveView(cli, { client, spec, screen, signal: interrupt.signal });
    const onConnection = (state: "lost" | "back"): void => live.connection(state === "back");
    for await (const event of followEvents(client, { ...stream, onConnection })) live.fold(event);
    return exitCodes.interrupted;
  }
  const since = spec === null ? null : new Date(spec.requestedAt);
  for await (const event of followEvents(client, stream)) {
    if (flags.json === true) terminal.json(event);
    else terminal.print(...eventLines(event, { paint: terminal.paint, width: terminal.width, since }));
  }
  return exitCodes.interrupted;
}
