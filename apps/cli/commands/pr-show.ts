import type { Command } from "commander";
import { apiPaths } from "@omoios/contract/http";
import { pullRequestSchema } from "@omoios/contract/http-spec";
import { findSpec } from "../client/references.ts";
import { conclude, serverOf, type Cli } from "../cli.ts";
import { createCommand, withCommon, type CommonFlags } from "../command-options.ts";
import { exitCodes } from "../exit-code.ts";
import { cleanBlock, cleanLine } from "../render/clean-text.ts";
import { wrap } from "../render/columns.ts";
import { markdownLines } from "../render/markdown-lines.ts";
import { short } from "../render/event-text.ts";
import { nextLines } from "../render/spec-result.ts";
import { field } from "../render/status-lines.ts";

/** `omoios pr show`: the one pull request of a spec, as a person reads it. */
export function prShowCommand(cli: Cli): Command {
  const command = createCommand("show", "Show the pull request of a spec", [
    { line: "omoios pr show SPC-1", does: "" },
    { line: "omoios pr show SPC-1 --json | jq -r .body", does: "its Markdown" },
  ]).argument("<spec>", "Label or id, for example SPC-1");
  return withCommon(command, "The pull request as one JSON line").action(
    async (reference: string, flags: CommonFlags) =>
      conclude(cli, flags, async () => {
        const client = await serverOf(cli, flags);
        const spec = await findSpec(cli, { client, reference, flags });
        const pull = await client.get(apiPaths.specPullRequest(spec.id), pullRequestSchema);
        const { terminal } = cli;
        const { paint } = terminal;
        if (flags.json === true) terminal.json(pull);
        else {
          terminal.print(
            ...wrap(paint("strong", cleanLine(pull.title)), terminal.width),
            field("state", pull.state, paint),
            field("branch", cleanLine(`${pull.branch} into ${pull.base}, at ${short(pull.headCommit)}`), paint),
            "",
            ...markdownLines(cleanBlock(pull.body), terminal),
            ...nextLines(
              [{ line: `omoios pr take ${spec.label}`, does: "fetch the branch into your repository" }],
              terminal,
            ),
          );
        }
        return exitCodes.done;
      }),
  );
}
