import type { Command } from "commander";
import { apiPaths, projectSchema } from "@omoios/contract/http";
import { conclude, serverOf, type Cli } from "../cli.ts";
import { createCommand, withJson, withPlace, type CommonFlags } from "../command-options.ts";
import { exitCodes } from "../exit-code.ts";
import { cleanLine } from "../render/clean-text.ts";
import { repositoryPath } from "../repository/repository-path.ts";

/** `omoios project remove`: hide a project whose specs are all over; nothing is deleted. */
export function projectRemoveCommand(cli: Cli): Command {
  const command = createCommand("remove", "Hide a project from lists; its repository is not touched", [
    { line: "omoios project remove shop", does: "omoios project add brings it back" },
  ]).argument("<project>", "Name, id or repository of the project");
  return withPlace(withJson(command, "The project as one JSON line")).action(
    async (reference: string, flags: CommonFlags) =>
      conclude(cli, flags, async () => {
        const client = await serverOf(cli, flags);
        const project = await client.post(apiPaths.projectRemove(await projectName(reference, cli.cwd)), projectSchema);
        if (flags.json === true) cli.terminal.json(project);
        else
          cli.terminal.print(
            `${cleanLine(project.name)} is no longer listed. ${cleanLine(project.source)} is untouched, and what was proven is kept.`,
          );
        return exitCodes.done;
      }),
  );
}

/** What looks like a folder is one; everything else is for the server to know. */
async function projectName(reference: string, cwd: string): Promise<string> {
  const isFolder = reference.includes("/") || reference.startsWith(".");
  return isFolder ? repositoryPath(reference, cwd) : reference;
}
