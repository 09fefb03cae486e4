import type { Command } from "commander";
import { apiPaths } from "@omoios/contract/http";
import { pullRequestSchema } from "@omoios/contract/http-spec";
import { shellWord } from "@omoios/domain/shared/shell-word";
import { findSpec } from "../client/references.ts";
import { conclude, serverOf, type Cli } from "../cli.ts";
import { createCommand, withCommon, type CommonFlags } from "../command-options.ts";
import { exitCodes, type ExitCode } from "../exit-code.ts";
import { cleanLine } from "../render/clean-text.ts";
import { wrap } from "../render/columns.ts";
import { short } from "../render/event-text.ts";
import { nextLines } from "../render/spec-result.ts";
import { fetchBranch } from "../repository/fetch-branch.ts";
import { repositoryPath } from "../repository/repository-path.ts";

interface PrTakeFlags extends CommonFlags {
  readonly repo?: string;
}

/** `omoios pr take`: the only thing that ever writes to the user's repository, and only when asked. */
export function prTakeCommand(cli: Cli): Command {
  const command = createCommand("take", "Fetch the branch of a spec into your repository; nothing else is changed", [
    { line: "omoios pr take SPC-1", does: "into the repository it was asked for" },
    { line: "omoios pr take SPC-1 --repo ../other-clone", does: "into another clone of it" },
  ])
    .argument("<spec>", "Label or id, for example SPC-1")
    .option("--repo <folder>", "Repository to fetch into (default: the one the spec was asked for)");
  return withCommon(command, "Branch, commit and repository as one JSON line").action(
    async (reference: string, flags: PrTakeFlags) => conclude(cli, flags, async () => take(cli, reference, flags)),
  );
}

async function take(cli: Cli, reference: string, flags: PrTakeFlags): Promise<ExitCode> {
  const client = await serverOf(cli, flags);
  const spec = await findSpec(cli, { client, reference, flags });
  const pull = await client.get(apiPaths.specPullRequest(spec.id), pullRequestSchema);
  const repository = flags.repo === undefined ? spec.project.source : await repositoryPath(flags.repo, cli.cwd);
  await fetchBranch({ repository, hub: pull.hub, branch: pull.branch, env: cli.env });
  const { terminal } = cli;
  if (flags.json === true) {
    terminal.json({ type: "taken", branch: pull.branch, base: pull.base, commit: pull.headCommit, repository });
    return exitCodes.done;
  }
  const git = repository === (await repositoryPath(undefined, cli.cwd)) ? "git" : `git -C ${shellWord(repository)}`;
  terminal.print(
    ...wrap(
      cleanLine(`${pull.branch} is in ${repository}, at ${short(pull.headCommit)}. Nothing else was changed.`),
      terminal.width,
    ),
    ...nextLines(
      [
        { line: `${git} diff ${pull.base}...${pull.branch}`, does: "read it" },
        { line: `${git} switch ${pull.branch}`, does: "try it" },
        { line: `${git} switch ${pull.base} && ${git} merge ${pull.branch}`, does: "take it in" },
      ],
      terminal,
    ),
  );
  return exitCodes.done;
}
