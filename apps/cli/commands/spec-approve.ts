import type { Command } from "commander";
import { apiPaths } from "@omoios/contract/http";
import { specSummarySchema, type SpecView } from "@omoios/contract/http-spec";
import { FaultError } from "@omoios/domain/shared/fault";
import type { ApiClient } from "../client/api-client.ts";
import { findSpec } from "../client/references.ts";
import { conclude, serverOf, type Cli } from "../cli.ts";
import { createCommand, withCommon, type CommonFlags } from "../command-options.ts";
import { exitCodes, type ExitCode } from "../exit-code.ts";
import { approveSpec } from "../follow/approve-spec.ts";
import { short } from "../render/event-text.ts";

interface ApproveFlags extends CommonFlags {
  readonly digest?: string;
  readonly phase?: string;
}

/** `omoios spec approve`: start the work on exactly the plan that was read. */
export function specApproveCommand(cli: Cli): Command {
  const command = createCommand("approve", "Approve the plan of a spec and start its work", [
    { line: "omoios spec approve SPC-1", does: "the plan as it is now" },
    { line: "omoios spec approve SPC-1 --digest 3f2a91…", does: "only if it is still the one you read" },
  ])
    .argument("<spec>", "Label or id, for example SPC-1")
    .option("--phase <phase>", "Say yes to this phase only, which waits for it: requirements or design")
    .option("--digest <digest>", "Digest of the plan you read; another plan is refused");
  return withCommon(command, "The spec as one JSON line").action(async (reference: string, flags: ApproveFlags) =>
    conclude(cli, flags, async () => approve(cli, reference, flags)),
  );
}

async function approve(cli: Cli, reference: string, flags: ApproveFlags): Promise<ExitCode> {
  const client = await serverOf(cli, flags);
  const spec = await findSpec(cli, { client, reference, flags });
  if (flags.phase !== undefined) return approvePhase(cli, { client, spec, flags, phase: flags.phase });
  if (spec.planDigest === null) {
    const fix = `See how far it is with: omoios spec show ${spec.label}`;
    throw new FaultError({ kind: "not-found", what: "A sealed plan of", id: spec.label, fix });
  }
  if (flags.digest !== undefined && !spec.planDigest.startsWith(flags.digest)) {
    const problem = {
      at: "--digest",
      message: `the plan of ${spec.label} is ${short(spec.planDigest)} now`,
      fix: `Read it again with: omoios spec show ${spec.label}`,
    };
    throw new FaultError({ kind: "invalid", message: "The plan is not the one you read", problems: [problem] });
  }
  const approved = await approveSpec(client, { id: spec.id, digest: spec.planDigest });
  if (flags.json === true) cli.terminal.json(approved);
  else
    cli.terminal.print(
      `${spec.label} approved, plan ${short(spec.planDigest)}. Watch it with: omoios run --resume ${spec.label}`,
    );
  return exitCodes.done;
}

async function approvePhase(
  cli: Cli,
  yes: { readonly client: ApiClient; readonly spec: SpecView; readonly flags: ApproveFlags; readonly phase: string },
): Promise<ExitCode> {
  const { client, spec, flags } = yes;
  const standing = spec.plan.standing.find((one) => one.phase === yes.phase.toUpperCase());
  if (standing === undefined) {
    const fix = `See how far it is with: omoios spec show ${spec.label}`;
    throw new FaultError({ kind: "not-found", what: `In ${spec.label}, phase`, id: yes.phase, fix });
  }
  const body = { output: standing.output };
  const approved = await client.post(apiPaths.specApprovePhase(spec.id), specSummarySchema, { body });
  if (flags.json === true) cli.terminal.json(approved);
  else
    cli.terminal.print(
      `${standing.output} of ${spec.label} approved. Watch it with: omoios run --resume ${spec.label}`,
    );
  return exitCodes.done;
}
