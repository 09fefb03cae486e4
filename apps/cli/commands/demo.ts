import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { apiPaths } from "@omoios/contract/http";
import {
  pullRequestSchema,
  specViewSchema,
  type CreateSpec,
  type SpecSummary,
  type SpecView,
} from "@omoios/contract/http-spec";
import { signInLinkSchema, statusSchema, type StatusView } from "@omoios/contract/http-system";
import { taskViewSchema } from "@omoios/contract/http-task";
import { runResultSchema } from "@omoios/contract/run-result";
import { FaultError } from "@omoios/domain/shared/fault";
import type { ApiClient } from "../client/api-client.ts";
import type { CliEnvironment } from "../client/place.ts";
import { conclude, type Cli } from "../cli.ts";
import { createCommand, linesOption, withJson } from "../command-options.ts";
import { giveDemoConfig } from "../demo/demo-config.ts";
import {
  attemptLines,
  lookAroundLines,
  nextRepositoryLines,
  openingLines,
  pullRequestLines,
  settingLines,
  unjailedLines,
  watchLines,
} from "../demo/demo-lines.ts";
import { ExampleRepository, example } from "../demo/example-repository.ts";
import { follow } from "../demo/follow-demo.ts";
import { prepareMachine } from "../demo/prepare-machine.ts";
import { openTemporaryFolder } from "../demo/temporary-folder.ts";
import { exitCodes, type ExitCode } from "../exit-code.ts";
import { requestSpec, specRequest, type Say } from "../follow/request-spec.ts";
import { serverNotices } from "../follow/server-notices.ts";
import { interruptSignal } from "../interrupt.ts";
import { readScenario } from "../repository/scenario-file.ts";
import { spell } from "../render/ages.ts";
import { wrap } from "../render/columns.ts";
import { resultLines } from "../render/spec-result.ts";
import { closeSession, openSession, type Session } from "../server-process/session.ts";

interface DemoFlags {
  readonly once?: boolean;
  readonly ask?: boolean;
  readonly json?: boolean;
  readonly scenario?: string;
  readonly lines?: boolean;
}

const launcher = fileURLToPath(new URL("../../../bin/omoios", import.meta.url));

/** `omoios demo`: a whole run on an example, without an account and without a trace. */
export function demoCommand(cli: Cli): Command {
  const command = createCommand("demo", "Watch one feature from a sentence to a proven pull request", [
    { line: "omoios demo", does: "stays up to look around, until Ctrl-C" },
    { line: "omoios demo --once", does: "ends by itself and leaves nothing behind" },
    { line: "omoios demo --ask", does: "you approve the plan" },
  ])
    .option("--once", "End after the run")
    .option("--ask", "Ask before the plan is carried out")
    .addOption(linesOption())
    .option("--scenario <file>", "Play another script (default: examples/notes/settings.yaml)");
  return withJson(command, "One event per line; the last line is the result").action(async (flags: DemoFlags) =>
    conclude(cli, flags, async () => demo(cli, flags)),
  );
}

async function demo(cli: Cli, flags: DemoFlags): Promise<ExitCode> {
  if (flags.ask === true && (flags.json === true || cli.terminal.ask === null)) throw nobodyToAsk();
  const startedAt = performance.now();
  const say = flags.json === true ? cli.terminal.note : cli.terminal.print;
  using interrupt = interruptSignal(cli);
  const { signal } = interrupt;
  say(...openingLines(flags.scenario ?? "examples/notes/settings.yaml", cli.terminal));
  const { noJail } = await prepareMachine(say);
  if (noJail !== null) say("", ...unjailedLines(noJail, cli.terminal));
  await using folder = await openTemporaryFolder("omoios-demo-");
  const repository = await ExampleRepository.write(join(folder.path, "notes"), cli.env["PATH"]);
  const order = await exampleOrder(cli, repository.folder, flags);
  const home = join(folder.path, "home");
  say(...settingLines(await giveDemoConfig(home), cli.terminal));
  signal.throwIfAborted();
  const onStart = (): void =>
    say(...wrap(`Starting a server, with a fresh copy of the example, in ${folder.path}`, cli.terminal.width));
  const jails = noJail === null ? {} : { OMOIOS_DEMO_UNJAILED: "1" };
  const own: Cli = { ...cli, env: { ...demoEnvironment(cli.env, home), ...jails } };
  const session = await openSession(own, { flags: {}, signal, onStart });
  try {
    if (session.own !== null) folder.holds(session.own);
    return await play(own, { session, order, repository, flags, signal, say, startedAt });
  } finally {
    if (signal.aborted) say("", "Removing everything the demo made.");
    await closeSession(session);
  }
}

function nobodyToAsk(): FaultError {
  const problem = { at: "--ask", message: "needs a terminal to ask in", fix: "Leave out --ask, and --json with it" };
  return new FaultError({ kind: "invalid", message: "The demo cannot start", problems: [problem] });
}

/** The person's own OmoiOS, keys and addresses are no part of the demo. */
function demoEnvironment(env: CliEnvironment, home: string): CliEnvironment {
  const foreign = Object.entries(env).filter(([name]) => !/^(?:OMOIOS|ANTHROPIC|OPENAI)_/u.test(name));
  return { ...Object.fromEntries(foreign), OMOIOS_HOME: home, OMOIOS_PORT: "0" };
}

async function exampleOrder(cli: Cli, repo: string, flags: DemoFlags): Promise<CreateSpec> {
  const scenario = flags.scenario ?? example.scenario;
  const { asks } = await readScenario(scenario, cli.cwd);
  if (asks === undefined) throw asksForNothing(scenario);
  return specRequest(cli, asks.request, {
    ...{ repo, scenario, size: asks.size },
    agent: "scripted",
    model: "scripted",
    yes: flags.ask !== true,
  });
}

function asksForNothing(scenario: string): FaultError {
  const problem = {
    at: "--scenario",
    message: `${scenario} does not say what it is a script for`,
    fix: 'Add to it: asks: { request: "…", size: full }, or play it by omoios run',
  };
  return new FaultError({ kind: "invalid", message: "The demo cannot start", problems: [problem] });
}

interface Stage {
  readonly session: Session;
  readonly order: CreateSpec;
  readonly repository: ExampleRepository;
  readonly flags: DemoFlags;
  readonly signal: AbortSignal;
  readonly say: Say;
  readonly startedAt: number;
}

/** The run itself goes the way of every run; only what it is given is the demo's. */
async function play(cli: Cli, stage: Stage): Promise<ExitCode> {
  const { session, order, repository, flags, signal, say, startedAt } = stage;
  const { client } = session;
  await serverNotices(cli, client, say);
  say(...watchLines(await client.post(apiPaths.signInLinks, signInLinkSchema), cli.terminal));
  const preparedMs = performance.now() - startedAt;
  const spec = await requestSpec(cli, { client, order, say });
  const code = await follow(cli, { session, spec, repository, flags, signal, say });
  if (code === null) return exitCodes.interrupted;
  await showResult(cli, stage, spec);
  const tookMs = performance.now() - startedAt;
  say(
    `That took ${spell(tookMs)}: ${spell(preparedMs)} to get ready, ${spell(tookMs - preparedMs)} for the feature.`,
    "",
  );
  if (flags.once === true) say(...nextRepositoryLines({ launcher, scenario: example.smallScenario }, cli.terminal));
  else await stayUp(cli, stage, spec);
  return code;
}

async function showResult(cli: Cli, { session: { client }, flags, say }: Stage, spec: SpecSummary): Promise<void> {
  const { terminal } = cli;
  if (flags.json === true) {
    terminal.json(await client.get(apiPaths.specResult(spec.id), runResultSchema));
    return;
  }
  const view = await client.get(apiPaths.spec(spec.id), specViewSchema);
  const tasks = await Promise.all(view.tasks.map((task) => client.get(apiPaths.task(task.id), taskViewSchema)));
  say("", ...resultLines(view, terminal), "", ...attemptLines(tasks, terminal));
  if (view.pullRequest === null) return;
  const pull = await client.get(apiPaths.specPullRequest(spec.id), pullRequestSchema);
  say(...pullRequestLines(pull, terminal));
}

async function stayUp(cli: Cli, { session, order, signal, say }: Stage, spec: SpecSummary): Promise<void> {
  const standing = await standingOf(session.client, spec);
  const at = { ...standing, repository: order.repository, launcher, scenario: example.smallScenario };
  say(...nextRepositoryLines(at, cli.terminal), "", ...lookAroundLines(at, cli.terminal));
  const interrupted = new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });
  await Promise.race([interrupted, session.own?.ended]);
}

async function standingOf(
  client: ApiClient,
  spec: SpecSummary,
): Promise<{
  readonly spec: SpecView;
  readonly status: StatusView;
  readonly link: { readonly url: string };
}> {
  const [view, status, link] = await Promise.all([
    client.get(apiPaths.spec(spec.id), specViewSchema),
    client.get(apiPaths.status, statusSchema),
    client.post(apiPaths.signInLinks, signInLinkSchema),
  ]);
  return { spec: view, status, link };
}
