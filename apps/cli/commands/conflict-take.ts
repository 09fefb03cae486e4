import type { Command } from "commander";
import { apiPaths } from "@omoios/contract/http";
import { takenConflictSchema } from "@omoios/contract/http-conflict";
import { shellWord } from "@omoios/domain/shared/shell-word";
import { findTask } from "../client/references.ts";
import { conclude, serverOf, type Cli } from "../cli.ts";
import { createCommand, withCommon, type CommonFlags } from "../command-options.ts";
import { exitCodes, type ExitCode } from "../exit-code.ts";
import { cleanLine } from "../render/clean-text.ts";
import { wrap } from "../render/columns.ts";
import { nextLines } from "../render/spec-result.ts";
import { fetchBranch } from "../repository/fetch-branch.ts";
import { repositoryPath } from "../repository/repository-path.ts";

/** `omoios conflict take`: git's merge of both sides, with its markers, as a branch of the user's repository. */
export function conflictTakeCommand(cli: Cli): Command {
  const command = createCommand("take", "Fetch both sides, merged with conflict markers, as a branch", [
    { line: "omoios conflict take TSK-001", does: "into the repository the spec was asked for" },
  ]).argument("<task>", "Label or id of the task, for example TSK-001");
  return withCommon(command, "Branch, commit and repository as one JSON line").action(
    async (reference: string, flags: CommonFlags) => conclude(cli, flags, async () => take(cli, reference, flags)),
  );
}

async function take(cli: Cli, reference: string, flags: CommonFlags): Promise<ExitCode> {
  const client = await serverOf(cli, flags);
  const task = await findTask(cli, { client, reference, flags });
  const { branch, commit, hub, source } = await client.post(apiPaths.taskConflictTake(task.id), takenConflictSchema);
  await fetchBranch({ repository: source, hub, branch, env: cli.env });
  const { terminal } = cli;
  if (flags.json === true) {
    terminal.json({ type: "taken", branch, commit, repository: source });
    return exitCodes.done;
  }
  const git = source === (await repositoryPath(undefined, cli.cwd)) ? "git" : `git -C ${shellWord(source)}`;
  const files = [...new Set(task.conflicts.at(-1)?.paths ?? [])].join(", ");
  terminal.print(
    ...wrap(cleanLine(`${branch} is in ${source}, with conflict markers in ${files}.`), terminal.width),
    ...nextLines(
      [
        { line: `${git} switch ${branch}`, does: "then edit the files until both intents hold" },
        { line: `${git} commit -am "Resolve ${task.label}"`, does: "on that branch" },
        { line: `omoios conflict done ${task.label}`, does: "hand it back: it is audited, proven and lands" },
      ],
      terminal,
    ),
  );
  return exitCodes.done;
}
