import type { Command } from "commander";
import { apiPaths, projectListSchema } from "@omoios/contract/http";
import { conclude, serverOf, type Cli } from "../cli.ts";
import { createCommand, withJson, withPlace, type CommonFlags } from "../command-options.ts";
import { exitCodes, type ExitCode } from "../exit-code.ts";
import { ago } from "../render/ages.ts";
import { cleanLine } from "../render/clean-text.ts";
import { table } from "../render/columns.ts";

/** `omoios project list`: the repositories features are built in. */
export function projectListCommand(cli: Cli): Command {
  const command = createCommand("list", "List projects: the repositories features are built in", [
    { line: "omoios project list", does: "" },
  ]);
  return withPlace(withJson(command, "One project per line")).action(async (flags: CommonFlags) =>
    conclude(cli, flags, async () => list(cli, flags)),
  );
}

async function list(cli: Cli, flags: CommonFlags): Promise<ExitCode> {
  const client = await serverOf(cli, flags);
  const { items } = await client.get(apiPaths.projects, projectListSchema);
  const { terminal } = cli;
  if (flags.json === true) items.forEach((project) => terminal.json(project));
  else if (items.length === 0) terminal.print('No project yet. In a repository: omoios run "<feature>"');
  else {
    const columns = [
      { head: "project" },
      { head: "repository", flexible: true },
      { head: "unfinished" },
      { head: "added" },
    ];
    const rows = items.map(({ name, source, specs, addedAt }) => [
      cleanLine(name),
      cleanLine(source),
      String(specs),
      ago(addedAt, cli.now()),
    ]);
    const [head = "", ...lines] = table(columns, rows, terminal.width);
    terminal.print(terminal.paint("quiet", head), ...lines);
  }
  return exitCodes.done;
}
