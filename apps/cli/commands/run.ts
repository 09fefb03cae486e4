import { apiPaths } from "@omoios/contract/http";
import { statusSchema } from "@omoios/contract/http-system";
import { Argument, type Command } from "commander";
import { conclude, type Cli } from "../cli.ts";
import { budgetOption, createCommand, linesOption, withCommon, type CommonFlags } from "../command-options.ts";
import { exitCodes, type ExitCode } from "../exit-code.ts";
import { followRun, interruptedLines } from "../follow/follow-run.ts";
import { requestSpec, resumeSpec, runOrder, type RequestFlags } from "../follow/request-spec.ts";
import { interruptSignal } from "../interrupt.ts";
import { specLabels, workedOn } from "../render/status-lines.ts";
import { closeSession, openSession, type Session } from "../server-process/session.ts";
import { serverNotices } from "../follow/server-notices.ts";

/** The flags of `run`. */
export interface RunFlags extends CommonFlags, RequestFlags {
  /** True without an id: the newest unfinished spec of this repository. */
  readonly resume?: string | true;
  readonly lines?: boolean;
}

/** `omoios run`: from a sentence to one proven pull request. */
export function runCommand(cli: Cli): Command {
  const command = createCommand("run", "Build a feature: plan it, let agents work, prove it, open one pull request", [
    { line: 'omoios run "Add a /health page" --yes', does: "in the repository you are in" },
    { line: 'omoios run "…" --repo ../shop', does: "in another one" },
    { line: "omoios run --resume", does: "go on with the newest unfinished spec" },
    {
      line: 'omoios run "…" --agent scripted --model scripted --scenario s.yaml --yes',
      does: "without an account: words from a script, all else real",
    },
  ])
    .addArgument(new Argument("[feature]", "The feature, in your own words"))
    .option("--repo <folder>", "The git repository (default: the one you are in)")
    .option("--base <branch>", "Branch to build on (default: the one checked out)")
    .option(
      "--size <size>",
      "How much is planned first: direct (one task), light (one plan) or full (product, requirements, design, tasks) (default: direct)",
    )
    .option("--yes", "Approve the plan as it is made (without it you are asked, at a terminal)")
    .option("--agent <id>", "Who does the work (default: agents.default of the configuration)")
    .option("--model <provider:name>", "Who plans and judges (default: models.default of the configuration)")
    .addOption(budgetOption("--budget <cap>", "The most it may use: dollars (5), or tokens (2000000tokens)"))
    .option("--scenario <file>", "Script of a scripted agent or model (YAML)")
    .addOption(linesOption())
    .option("--resume [spec]", "Go on with a spec: the named one, or the newest unfinished one here")
    .addHelpText(
      "after",
      `
Ctrl-C parks the work if this command started the server, else it only stops
watching. Nothing is lost; --resume goes on.

Exit codes: 0 proven · 1 bug · 2 usage or configuration · 3 not proven or failed
            4 stopped by its budget · 5 waits for a person · 130 interrupted`,
    );
  return withCommon(command, "One event per line; the last line is the result").action(
    async (feature: string | undefined, flags: RunFlags) => conclude(cli, flags, async () => run(cli, feature, flags)),
  );
}

async function run(cli: Cli, feature: string | undefined, flags: RunFlags): Promise<ExitCode> {
  const order = await runOrder(cli, feature, flags);
  using interrupt = interruptSignal(cli);
  const say = flags.json === true ? cli.terminal.note : cli.terminal.print;
  const onStart = (): void => say("Starting the server.");
  const session = await openSession(cli, { flags, signal: interrupt.signal, onStart });
  const { client } = session;
  let left: readonly string[] = [];
  let others: readonly string[] = [];
  try {
    await serverNotices(cli, client, say);
    const spec =
      "create" in order
        ? await requestSpec(cli, { client, order: order.create, say })
        : await resumeSpec(cli, { client, which: order.resume, flags, say });
    const code = await followRun(cli, { session, spec, flags, signal: interrupt.signal, say });
    if (code !== null) {
      others = await otherWork(session, spec.id);
      return code;
    }
    left = interruptedLines(cli, { session, spec });
    return exitCodes.interrupted;
  } finally {
    if (others.length === 0) await closeSession(session);
    else session.own?.release();
    say(...left, ...others);
  }
}

/** Work of other specs in the server this command started: it is not this command's to stop. */
async function otherWork({ client, own }: Session, ownSpec: string): Promise<readonly string[]> {
  if (own === null) return [];
  const others = workedOn(await client.get(apiPaths.status, statusSchema)).filter(({ spec }) => spec.id !== ownSpec);
  if (others.length === 0) return [];
  const labels = specLabels(others.map(({ spec }) => spec));
  return ["", `The server stays up: it goes on with ${labels}. End it with: omoios stop`];
}
