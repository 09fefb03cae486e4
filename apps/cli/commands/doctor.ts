import type { Command } from "commander";
import { doctorSchema, type DoctorFinding } from "@omoios/contract/http-system";
import { resolvePlace, type PlaceFlags } from "../client/place.ts";
import { conclude, type Cli } from "../cli.ts";
import { createCommand, withJson, type CommonFlags } from "../command-options.ts";
import { exitCodes, type ExitCode } from "../exit-code.ts";
import { cleanLine } from "../render/clean-text.ts";
import { cells, hang, padEnd } from "../render/columns.ts";
import { count } from "../render/event-text.ts";
import { runAdmin } from "../server-process/admin-program.ts";
import type { Terminal } from "../terminal.ts";

/** `omoios doctor`: is it my machine? Works without a server. */
export function doctorCommand(cli: Cli): Command {
  const command = createCommand("doctor", "Check this machine: Node, git, sandbox, state folder, keys", [
    { line: "omoios doctor", does: "exit 0 when all is well, 2 when something is missing" },
  ]).option("--home <folder>", "State folder (default: OMOIOS_HOME, else ~/.omoios; /var/lib/omoios for root)");
  return withJson(command, "Every finding as one JSON line").action(async (flags: CommonFlags) =>
    conclude(cli, flags, async () => doctor(cli, flags)),
  );
}

async function doctor(cli: Cli, flags: PlaceFlags & { readonly json?: boolean | undefined }): Promise<ExitCode> {
  const { home } = resolvePlace({ home: flags.home }, { ...cli.env, OMOIOS_URL: undefined });
  const report = await runAdmin({
    program: "doctor",
    args: [],
    env: { ...cli.env, OMOIOS_HOME: home },
    schema: doctorSchema,
  });
  const wrong = report.findings.filter((finding) => !finding.ok);
  if (flags.json === true) cli.terminal.json(report);
  else
    cli.terminal.print(
      ...findingLines(report.findings, cli.terminal),
      "",
      wrong.length === 0 ? "All is well." : `${count(wrong.length, "thing needs", "things need")} you.`,
    );
  return wrong.length === 0 ? exitCodes.done : exitCodes.usage;
}

function findingLines(findings: readonly DoctorFinding[], { paint, width }: Terminal): readonly string[] {
  const size = Math.max(0, ...findings.map((finding) => cells(cleanLine(finding.name))));
  return findings.flatMap((finding) => {
    const mark = finding.ok ? paint("good", paint.marks.good) : paint("bad", paint.marks.bad);
    return [
      ...hang(`${mark} ${padEnd(cleanLine(finding.name), size)}  `, cleanLine(finding.detail), width),
      ...(finding.fix === null
        ? []
        : hang(`${" ".repeat(size + 4)}${paint("strong", "fix")}  `, cleanLine(finding.fix), width)),
    ];
  });
}
