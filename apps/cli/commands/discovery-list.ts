import type { Command } from "commander";
import { apiPaths } from "@omoios/contract/http";
import { discoveriesSchema } from "@omoios/contract/http-discovery";
import { findSpec } from "../client/references.ts";
import { conclude, serverOf, type Cli } from "../cli.ts";
import { createCommand, withCommon, type CommonFlags } from "../command-options.ts";
import { exitCodes, type ExitCode } from "../exit-code.ts";
import { discoveryLines } from "../render/discovery-lines.ts";

/** `omoios discovery list`: what agents found and nobody has decided, or everything found at one spec. */
export function discoveryListCommand(cli: Cli): Command {
  const command = createCommand("list", "What agents came upon and waits for you", [
    { line: "omoios discovery list", does: "the inbox" },
    { line: "omoios discovery list SPC-1", does: "everything found at that spec, decided or not" },
  ]).argument("[spec]", "Label or id (default: the inbox)");
  return withCommon(command, "One discovery per line").action(async (spec: string | undefined, flags: CommonFlags) =>
    conclude(cli, flags, async () => list(cli, spec, flags)),
  );
}

async function list(cli: Cli, reference: string | undefined, flags: CommonFlags): Promise<ExitCode> {
  const client = await serverOf(cli, flags);
  const spec = reference === undefined ? undefined : (await findSpec(cli, { client, reference, flags })).id;
  const { items } = await client.get(apiPaths.discoveries, discoveriesSchema, { spec });
  const { terminal } = cli;
  if (flags.json === true) items.forEach((found) => terminal.json(found));
  else if (items.length === 0)
    terminal.print(spec === undefined ? "Nothing waits for you." : "Nothing was found there.");
  else
    terminal.print(
      ...items.flatMap((found) => [...discoveryLines(found, { ...terminal, now: cli.now() }), ""]),
      "Decide with: omoios discovery accept DSC-1 or omoios discovery dismiss DSC-1",
    );
  return exitCodes.done;
}
