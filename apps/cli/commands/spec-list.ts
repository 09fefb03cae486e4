import type { Command } from "commander";
import { apiPaths, pageOf } from "@omoios/contract/http";
import { specSummarySchema } from "@omoios/contract/http-spec";
import { conclude, serverOf, type Cli } from "../cli.ts";
import { createCommand, numberOption, withCommon, type CommonFlags } from "../command-options.ts";
import { exitCodes, type ExitCode } from "../exit-code.ts";
import { ago } from "../render/ages.ts";
import { cleanLine } from "../render/clean-text.ts";
import { table } from "../render/columns.ts";
import { shownSpec } from "../render/words.ts";

interface SpecListFlags extends CommonFlags {
  readonly status?: string;
  readonly limit: number;
}

/** `omoios spec list`: newest first. */
export function specListCommand(cli: Cli): Command {
  const command = createCommand("list", "List specs, newest first", [
    { line: "omoios spec list", does: "of every project" },
    { line: "omoios spec list --status executing,verifying", does: "only those being worked on" },
  ])
    .option("--status <statuses>", "Only these statuses, separated by commas")
    .addOption(numberOption("--limit <number>", "At most so many", { min: 1, max: 200 }).default(50));
  return withCommon(command, "One spec per line").action(async (flags: SpecListFlags) =>
    conclude(cli, flags, async () => list(cli, flags)),
  );
}

async function list(cli: Cli, flags: SpecListFlags): Promise<ExitCode> {
  const client = await serverOf(cli, flags);
  const page = await client.get(apiPaths.specs, pageOf(specSummarySchema), {
    project: flags.project,
    status: flags.status,
    limit: flags.limit,
  });
  const { terminal } = cli;
  if (flags.json === true) page.items.forEach((spec) => terminal.json(spec));
  else if (page.items.length === 0) terminal.print('No spec yet. In a repository: omoios run "<feature>"');
  else {
    const rows = page.items.map((spec) => [
      spec.label,
      cleanLine(spec.project.name),
      shownSpec(spec).word,
      cleanLine(spec.title),
      ago(spec.requestedAt, cli.now()),
    ]);
    const columns = [
      { head: "spec" },
      { head: "project" },
      { head: "status" },
      { head: "title", flexible: true },
      { head: "asked" },
    ];
    const [head = "", ...lines] = table(columns, rows, terminal.width);
    terminal.print(terminal.paint("quiet", head), ...lines);
    if (page.next !== null) terminal.note(`Only the newest ${flags.limit} are shown; see more with --limit.`);
  }
  return exitCodes.done;
}
