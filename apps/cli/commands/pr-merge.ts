import type { Command } from "commander";
import { apiPaths } from "@omoios/contract/http";
import { pullRequestMergedSchema } from "@omoios/contract/http-spec";
import { shellWord } from "@omoios/domain/shared/shell-word";
import { findSpec } from "../client/references.ts";
import { conclude, serverOf, type Cli } from "../cli.ts";
import { createCommand, withCommon, type CommonFlags } from "../command-options.ts";
import { exitCodes } from "../exit-code.ts";
import { cleanLine } from "../render/clean-text.ts";
import { wrap } from "../render/columns.ts";
import { short } from "../render/event-text.ts";
import { nextLines } from "../render/spec-result.ts";

/** `omoios pr merge`: moves the base branch in the hub; the user's repository is theirs. */
export function prMergeCommand(cli: Cli): Command {
  const command = createCommand("merge", "Merge a pull request in OmoiOS; your repository is not changed", [
    { line: "omoios pr merge SPC-1", does: "" },
  ]).argument("<spec>", "Label or id, for example SPC-1");
  return withCommon(command, "Branch, commit and repository as one JSON line").action(
    async (reference: string, flags: CommonFlags) =>
      conclude(cli, flags, async () => {
        const client = await serverOf(cli, flags);
        const spec = await findSpec(cli, { client, reference, flags });
        const merged = await client.post(apiPaths.specPullRequestMerge(spec.id), pullRequestMergedSchema);
        const { terminal } = cli;
        if (flags.json === true) terminal.json(merged);
        else {
          const { base, commit, hub, source } = merged;
          const text = `${spec.label} is merged: ${base} is at ${short(commit)} in OmoiOS. Your repository was not changed.`;
          const pull = `git -C ${shellWord(source)} pull --ff-only ${shellWord(hub)} ${shellWord(base)}`;
          terminal.print(
            ...wrap(cleanLine(text), terminal.width),
            ...nextLines([{ line: pull, does: `take it, with ${base} checked out` }], terminal),
          );
        }
        return exitCodes.done;
      }),
  );
}
