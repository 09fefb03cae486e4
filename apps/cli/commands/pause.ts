import type { Command } from "commander";
import { apiPaths, pageOf } from "@omoios/contract/http";
import { specSummarySchema, type SpecSummary } from "@omoios/contract/http-spec";
import type { ApiClient } from "../client/api-client.ts";
import { findSpec } from "../client/references.ts";
import { conclude, serverOf, type Cli } from "../cli.ts";
import { createCommand, withCommon, type CommonFlags } from "../command-options.ts";
import { exitCodes, type ExitCode } from "../exit-code.ts";

/** `omoios pause`: nothing new starts, and what is at work parks where it stands. */
export function pauseCommand(cli: Cli): Command {
  const command = createCommand("pause", "Hold a spec, or everything: agents park where they stand", [
    { line: "omoios pause SPC-1", does: "that one" },
    { line: "omoios pause", does: "every spec that is being worked on" },
  ]).argument("[spec]", "Label or id (default: every spec that is being worked on)");
  return changing(cli, command, {
    isMeant: ({ pausedBy }) => pausedBy !== "person",
    path: apiPaths.specPause,
    said: "paused",
  });
}

/** `omoios resume`: lets go of what was paused, and tries again what stopped and waits for a person. */
export function resumeCommand(cli: Cli): Command {
  const command = createCommand("resume", "Go on with a spec that is paused or stuck, or with everything paused", [
    { line: "omoios resume SPC-1", does: "that one; blocked tasks get another round" },
    { line: "omoios resume", does: "everything that is paused" },
  ]).argument("[spec]", "Label or id (default: every spec that is paused)");
  return changing(cli, command, {
    isMeant: ({ pausedBy }) => pausedBy !== null,
    path: apiPaths.specResume,
    said: "goes on",
  });
}

interface Change {
  /** Whether it changes anything for this spec when none was named. */
  readonly isMeant: (spec: SpecSummary) => boolean;
  readonly path: (id: string) => string;
  readonly said: string;
}

function changing(cli: Cli, command: Command, change: Change): Command {
  return withCommon(command, "Each spec as one JSON line").action(
    async (reference: string | undefined, flags: CommonFlags) =>
      conclude(cli, flags, async () => carryOut(cli, { reference, flags, ...change })),
  );
}

async function carryOut(
  cli: Cli,
  {
    reference,
    flags,
    isMeant,
    path,
    said,
  }: Change & { readonly reference: string | undefined; readonly flags: CommonFlags },
): Promise<ExitCode> {
  const client = await serverOf(cli, flags);
  const specs =
    reference === undefined
      ? (await workedOn(client, flags)).filter(isMeant)
      : [await findSpec(cli, { client, reference, flags })];
  if (specs.length === 0 && flags.json !== true) cli.terminal.print("There is nothing to do.");
  for (const spec of specs) {
    const changed = await client.post(path(spec.id), specSummarySchema);
    if (flags.json === true) cli.terminal.json(changed);
    else cli.terminal.print(`${spec.project.name}  ${spec.label}  ${said}`);
  }
  return exitCodes.done;
}

const held = "draft,planning,awaiting_approval,executing,verifying";

async function workedOn(client: ApiClient, flags: CommonFlags): Promise<readonly SpecSummary[]> {
  const page = await client.get(apiPaths.specs, pageOf(specSummarySchema), {
    project: flags.project,
    status: held,
    limit: 200,
  });
  return page.items;
}
