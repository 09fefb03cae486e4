import type { Command } from "commander";
import { apiPaths } from "@omoios/contract/http";
import { configViewSchema, statusSchema, type ConfigView } from "@omoios/contract/http-system";
import { findServer } from "../client/find-server.ts";
import { resolvePlace, type Place } from "../client/place.ts";
import { conclude, type Cli } from "../cli.ts";
import { createCommand, withJson, type CommonFlags } from "../command-options.ts";
import { exitCodes } from "../exit-code.ts";
import { cleanLine } from "../render/clean-text.ts";
import { table, truncateStart } from "../render/columns.ts";
import { changedConfigLines } from "../render/status-lines.ts";
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
      const place = resolvePlace({ home: flags.home }, { ...cli.env, OMOIOS_URL: undefined });
      const { home } = place;
      const args = flags.repo === undefined ? [] : ["--repo", await repositoryPath(flags.repo, cli.cwd)];
      const config = await runAdmin({
        program: "config-print",
        args,
        env: { ...cli.env, OMOIOS_HOME: home },
        schema: configViewSchema,
      });
      if (flags.json === true) cli.terminal.json(config);
      else cli.terminal.print(...configLines(config, cli.terminal), ...(await notInForce(cli, place)));
      return exitCodes.done;
    }),
  );
}

/** What a running server does not work with yet. */
async function notInForce(cli: Cli, place: Place): Promise<readonly string[]> {
  const server = await findServer(place, cli.version);
  if (server === null) return [];
  const lines = changedConfigLines(await server.get(apiPaths.status, statusSchema), cli.terminal);
  return lines.length === 0 ? [] : ["", ...lines];
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
