import { Argument, type Command } from "commander";
import { apiPaths, projectSchema } from "@omoios/contract/http";
import { conclude, serverOf, type Cli } from "../cli.ts";
import { createCommand, withJson, withPlace, type CommonFlags } from "../command-options.ts";
import { exitCodes } from "../exit-code.ts";
import { cleanLine } from "../render/clean-text.ts";
import { repositoryPath } from "../repository/repository-path.ts";

/** `omoios project add`: make a repository known, for the dashboard to offer; `run` does it by itself. */
export function projectAddCommand(cli: Cli): Command {
  const command = createCommand("add", "Add a repository as a project; omoios run does it by itself", [
    { line: "omoios project add", does: "the repository you are in" },
    { line: "omoios project add ../shop", does: "another one" },
  ]).addArgument(new Argument("[folder]", "The git repository (default: the one you are in)"));
  return withPlace(withJson(command, "The project as one JSON line")).action(
    async (folder: string | undefined, flags: CommonFlags) =>
      conclude(cli, flags, async () => {
        const client = await serverOf(cli, flags);
        const body = { repository: await repositoryPath(folder, cli.cwd) };
        const project = await client.post(apiPaths.projects, projectSchema, { body });
        if (flags.json === true) cli.terminal.json(project);
        else cli.terminal.print(`${cleanLine(project.name)} is a project: ${cleanLine(project.source)}`);
        return exitCodes.done;
      }),
  );
}
