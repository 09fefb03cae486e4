import type { Command } from "commander";
import { apiPaths } from "@omoios/contract/http";
import { eventPageSchema } from "@omoios/contract/http-system";
import { findSpec } from "../client/references.ts";
import { conclude, serverOf, type Cli } from "../cli.ts";
import { createCommand, numberOption, withCommon, type CommonFlags } from "../command-options.ts";
import { exitCodes, type ExitCode } from "../exit-code.ts";
import { eventLines } from "../render/event-lines.ts";

interface EventsFlags extends CommonFlags {
  readonly after: number;
  readonly spec?: string;
}

/** `omoios events`: everything that happened, from the log. */
export function eventsCommand(cli: Cli): Command {
  const command = createCommand("events", "Print what happened so far, oldest first", [
    { line: "omoios events --spec SPC-1", does: "of one spec" },
    { line: "omoios events --after 1200 --json", does: "what came after event 1200, for a program" },
  ])
    .option("--spec <spec>", "Only events of this spec")
    .addOption(
      numberOption("--after <number>", "Begin after this event", { min: 0, max: Number.MAX_SAFE_INTEGER }).default(0),
    );
  return withCommon(command, "One event per line").action(async (flags: EventsFlags) =>
    conclude(cli, flags, async () => events(cli, flags)),
  );
}

async function events(cli: Cli, flags: EventsFlags): Promise<ExitCode> {
  const client = await serverOf(cli, flags);
  const { terminal } = cli;
  const spec = flags.spec === undefined ? null : await findSpec(cli, { client, reference: flags.spec, flags });
  const since = spec === null ? null : new Date(spec.requestedAt);
  for (let after = flags.after, latest = after + 1; after < latest;) {
    const page = await client.get(apiPaths.events, eventPageSchema, { after, limit: 1000, spec: spec?.id });
    for (const event of page.items) {
      if (flags.json === true) terminal.json(event);
      else terminal.print(...eventLines(event, { paint: terminal.paint, width: terminal.width, since }));
    }
    if (page.items.length === 0 || page.next <= after) return exitCodes.done;
    after = page.next;
    latest = page.latest;
  }
  return exitCodes.done;
}
