import type { Command } from "commander";
import { apiPaths } from "@omoios/contract/http";
import { discoveryViewSchema, type DiscoveryView } from "@omoios/contract/http-discovery";
import { inProject } from "../client/references.ts";
import { conclude, serverOf, type Cli } from "../cli.ts";
import { createCommand, withCommon, type CommonFlags } from "../command-options.ts";
import { exitCodes } from "../exit-code.ts";

interface AcceptFlags extends CommonFlags {
  readonly check?: string;
}

interface DismissFlags extends CommonFlags {
  readonly reason?: string;
}

/** `omoios discovery accept`: it becomes a task of its spec. */
export function discoveryAcceptCommand(cli: Cli): Command {
  const command = createCommand("accept", "Let a discovery become a task of its spec", [
    { line: "omoios discovery accept DSC-1", does: "" },
    { line: 'omoios discovery accept DSC-1 --check "npm test -- handles"', does: "when its agent named no check" },
  ])
    .argument("<discovery>", "Label or id, for example DSC-1")
    .option("--check <command>", "What fails now and succeeds once it is done");
  return withCommon(command, "The discovery as one JSON line").action(async (reference: string, flags: AcceptFlags) =>
    conclude(cli, flags, async () => {
      const body = { check: flags.check ?? null };
      const decided = await decide(cli, flags, { path: apiPaths.discoveryAccept(reference), body });
      if (flags.json === true) cli.terminal.json(decided);
      else cli.terminal.print(`${decided.label} is ${decided.task ?? "a task"} now.`);
      return exitCodes.done;
    }),
  );
}

/** `omoios discovery dismiss`: it is not done here. */
export function discoveryDismissCommand(cli: Cli): Command {
  const command = createCommand("dismiss", "Decide that a discovery is not done here", [
    { line: 'omoios discovery dismiss DSC-1 --reason "later, on its own"', does: "" },
  ])
    .argument("<discovery>", "Label or id, for example DSC-1")
    .option("--reason <text>", "Why, for whoever reads the pull request");
  return withCommon(command, "The discovery as one JSON line").action(async (reference: string, flags: DismissFlags) =>
    conclude(cli, flags, async () => {
      const body = { reason: flags.reason ?? null };
      const decided = await decide(cli, flags, { path: apiPaths.discoveryDismiss(reference), body });
      if (flags.json === true) cli.terminal.json(decided);
      else cli.terminal.print(`${decided.label} dismissed.`);
      return exitCodes.done;
    }),
  );
}

async function decide(
  cli: Cli,
  flags: CommonFlags,
  ask: { readonly path: string; readonly body: object },
): Promise<DiscoveryView> {
  const client = await serverOf(cli, flags);
  return inProject(cli, flags, async (project) =>
    client.post(ask.path, discoveryViewSchema, { body: ask.body, query: { project } }),
  );
}
