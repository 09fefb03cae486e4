import type { Command } from "commander";
import { apiPaths } from "@omoios/contract/http";
import { pullRequestRefreshedSchema, type PullRequestRefreshed } from "@omoios/contract/http-spec";
import { findSpec } from "../client/references.ts";
import { conclude, serverOf, type Cli } from "../cli.ts";
import { createCommand, withCommon, type CommonFlags } from "../command-options.ts";
import { exitCodes } from "../exit-code.ts";
import { cleanLine } from "../render/clean-text.ts";
import { wrap } from "../render/columns.ts";
import { short } from "../render/event-text.ts";
import { nextLines } from "../render/spec-result.ts";

/** `omoios pr refresh`: brings in what the base branch has become since. */
export function prRefreshCommand(cli: Cli): Command {
  const command = createCommand("refresh", "Bring in what the base branch has become since; it is proven again", [
    { line: "omoios pr refresh SPC-1", does: "" },
  ]).argument("<spec>", "Label or id, for example SPC-1");
  return withCommon(command, "What it led to as one JSON line").action(async (reference: string, flags: CommonFlags) =>
    conclude(cli, flags, async () => {
      const client = await serverOf(cli, flags);
      const spec = await findSpec(cli, { client, reference, flags });
      const refreshed = await client.post(apiPaths.specPullRequestRefresh(spec.id), pullRequestRefreshedSchema);
      const { terminal } = cli;
      if (flags.json === true) terminal.json(refreshed);
      else {
        terminal.print(...wrap(cleanLine(outcomeText(refreshed)), terminal.width));
        if (refreshed.outcome === "moved")
          terminal.print(
            ...nextLines([{ line: `omoios run --resume ${spec.label}`, does: "watch it be proven" }], terminal),
          );
      }
      return exitCodes.done;
    }),
  );
}

function outcomeText({ outcome, task, base, baseCommit, spec }: PullRequestRefreshed): string {
  switch (outcome) {
    case "current":
      return `${spec.label} contains ${base} as it is now, at ${short(baseCommit)}. Nothing had to be done.`;
    case "moved":
      return `${base} has moved on to ${short(baseCommit)}. ${task ?? "A task"} brings it in, and everything is proven again.`;
    case "merged":
      return `${base} contains ${spec.label} already, at ${short(baseCommit)}: its pull request is merged.`;
  }
}
