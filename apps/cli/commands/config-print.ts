import type { Command } from "commander";
import { configViewSchema, type ConfigView } from "@omoios/contract/http-system";
import { resolvePlace } from "../client/place.ts";
import { conclude, type Cli } from "../cli.ts";
import { createCommand, withJson, type CommonFlags } from "../command-options.ts";
import { exitCodes } from "../exit-code.ts";
import { cleanLine } from "../render/clean-text.ts";
import { table, truncateStart } from "../render/columns.ts";
import { repositoryPath } from "../repository/repository-path.ts";
import { runAdmin } from "../server-process/admin-program.ts";
import type { Terminal } from "../terminal.ts";

interface ConfigFlags extends CommonFlags {
  readonly repo?: string;
}

/** `omoios config print`: every setting, and where its value comes from. Works without a server. */
export function configPrintCommand(cli: Cli): Command {
  const command = createCommand("print", "Print every setting and where its value comes from", [
    { line: "omoios config print", does: "" },
    { line: "omoios config print --repo .", does: "with the .omoios.yaml of a repository" },
  ])
    .option("--home <folder>", "State folder (default: OMOIOS_HOME, else ~/.omoios; /var/lib/omoios for root)")
    .option("--repo <folder>", "Also read the .omoios.yaml of this repository");
  return withJson(command, "The whole configuration as one JSON line").action(async (flags: ConfigFlags) =>
    conclude(cli, flags, async () => {
      const { home } = resolvePlace({ home: flags.home }, { ...cli.env, OMOIOS_URL: undefined });
      const args = flags.repo === undefined ? [] : ["--repo", await repositoryPath(flags.repo, cli.cwd)];
      const config = await runAdmin({
        program: "config-print",
        args,
        env: { ...cli.env, OMOIOS_HOME: home },
        schema: configViewSchema,
      });
      if (flags.json === true) cli.terminal.json(config);
      else cli.terminal.print(...configLines(config, cli.terminal));
      return exitCodes.done;
    }),
  );
}

function configLines(config: ConfigView, { paint, width }: Terminal): readonly string[] {
  const rows = config.values.map(({ path, value, source }) => [
    cleanLine(path),
    cleanLine(JSON.stringify(value)),
    cleanLine(source),
  ]);
  const [head = "", ...lines] = table(
    [{ head: "setting" }, { head: "value" }, { head: "from", flexible: true }],
    rows,
    width,
  );
  return [
    paint("quiet", head),
    ...lines,
    "",
    ...config.files.map(
      ({ path, present }) =>
        `${present ? paint("good", paint.marks.good) : paint("quiet", paint.marks.quiet)} ${truncateStart(cleanLine(path), width - 14)}${present ? "" : paint("quiet", "  not there")}`,
    ),
    ...config.secrets.map(
      ({ name, present }) =>
        `${present ? paint("good", paint.marks.good) : paint("quiet", paint.marks.quiet)} ${cleanLine(name)}${present ? "  set" : paint("quiet", "  not set")}`,
    ),
  ];
}
