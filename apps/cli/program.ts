import type { Command, CommanderError } from "commander";
import { reportFailure, type Cli } from "./cli.ts";
import { createCommand } from "./command-options.ts";
import { agentInstallCommand } from "./commands/agent-install.ts";
import { agentListCommand } from "./commands/agent-list.ts";
import { agentRemoveCommand } from "./commands/agent-remove.ts";
import { budgetCommand } from "./commands/budget.ts";
import { conflictDoneCommand } from "./commands/conflict-done.ts";
import { conflictListCommand } from "./commands/conflict-list.ts";
import { conflictShowCommand } from "./commands/conflict-show.ts";
import { conflictTakeCommand } from "./commands/conflict-take.ts";
import { completionCommand } from "./commands/completion.ts";
import { configPrintCommand } from "./commands/config-print.ts";
import { demoCommand } from "./commands/demo.ts";
import { discoveryAcceptCommand, discoveryDismissCommand } from "./commands/discovery-decide.ts";
import { discoveryListCommand } from "./commands/discovery-list.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { eventsCommand } from "./commands/events.ts";
import { pauseCommand, resumeCommand } from "./commands/pause.ts";
import { prMergeCommand } from "./commands/pr-merge.ts";
import { prRefreshCommand } from "./commands/pr-refresh.ts";
import { prShowCommand } from "./commands/pr-show.ts";
import { prTakeCommand } from "./commands/pr-take.ts";
import { projectAddCommand } from "./commands/project-add.ts";
import { projectListCommand } from "./commands/project-list.ts";
import { projectRemoveCommand } from "./commands/project-remove.ts";
import { runCommand } from "./commands/run.ts";
import { answerCommand } from "./commands/answer.ts";
import { specAcceptCommand } from "./commands/spec-accept.ts";
import { specEditCommand } from "./commands/spec-edit.ts";
import { specRegenerateCommand } from "./commands/spec-regenerate.ts";
import { specRejectCommand } from "./commands/spec-reject.ts";
import { specApproveCommand } from "./commands/spec-approve.ts";
import { specCancelCommand } from "./commands/spec-cancel.ts";
import { specListCommand } from "./commands/spec-list.ts";
import { specShowCommand } from "./commands/spec-show.ts";
import { statusCommand } from "./commands/status.ts";
import { stopCommand } from "./commands/stop.ts";
import { taskAnswerCommand } from "./commands/task-answer.ts";
import { taskCancelCommand } from "./commands/task-cancel.ts";
import { taskDiffCommand } from "./commands/task-diff.ts";
import { taskListCommand } from "./commands/task-list.ts";
import { taskLogsCommand } from "./commands/task-logs.ts";
import { taskMessageCommand } from "./commands/task-message.ts";
import { taskReplanCommand } from "./commands/task-replan.ts";
import { taskRetryCommand } from "./commands/task-retry.ts";
import { taskShowCommand } from "./commands/task-show.ts";
import { upCommand } from "./commands/up.ts";
import { watchCommand } from "./commands/watch.ts";
import { FaultError } from "@omoios/domain/shared/fault";
import { exitCodes, type ExitCode } from "./exit-code.ts";

/** The whole command line. */
export function createProgram(cli: Cli): Command {
  const program = createCommand(
    "omoios",
    "Agents build whole features; every acceptance criterion is proven before it lands.",
    [
      { line: "omoios doctor", does: "is this machine ready?" },
      { line: 'omoios run "Add a /health page" --yes', does: "build a feature in this repository" },
      { line: "omoios pr take SPC-1", does: "fetch the proven branch" },
    ],
  ).version(cli.version, "-V, --version", "Print the version");
  for (const { heading, commands } of groups(cli)) {
    program.commandsGroup(heading);
    for (const command of commands) program.addCommand(command);
  }
  settle(program, cli);
  return program;
}

function groups(cli: Cli): readonly { readonly heading: string; readonly commands: readonly Command[] }[] {
  return [
    {
      heading: "Build:",
      commands: [
        demoCommand(cli),
        runCommand(cli),
        answerCommand(cli),
        pauseCommand(cli),
        resumeCommand(cli),
        specGroup(cli),
        taskGroup(cli),
        discoveryGroup(cli),
        conflictGroup(cli),
        prGroup(cli),
        projectGroup(cli),
      ],
    },
    { heading: "See:", commands: [statusCommand(cli), watchCommand(cli), eventsCommand(cli), budgetCommand(cli)] },
    {
      heading: "Server and machine:",
      commands: [
        upCommand(cli),
        stopCommand(cli),
        doctorCommand(cli),
        agentGroup(cli),
        configGroup(cli),
        completionCommand(cli),
      ],
    },
  ];
}

function specGroup(cli: Cli): Command {
  return group("spec", "What was asked for: plan, approval, proof", [
    specListCommand(cli),
    specShowCommand(cli),
    specApproveCommand(cli),
    specRejectCommand(cli),
    specEditCommand(cli),
    specRegenerateCommand(cli),
    specAcceptCommand(cli),
    specCancelCommand(cli),
  ]);
}

function taskGroup(cli: Cli): Command {
  const commands = [
    taskListCommand(cli),
    taskShowCommand(cli),
    taskLogsCommand(cli),
    taskDiffCommand(cli),
    taskAnswerCommand(cli),
    taskMessageCommand(cli),
    taskRetryCommand(cli),
    taskReplanCommand(cli),
    taskCancelCommand(cli),
  ];
  return group("task", "Units of work: attempts, logs, changes", commands);
}

function discoveryGroup(cli: Cli): Command {
  return group("discovery", "Work agents came upon that is not in the plan", [
    discoveryListCommand(cli),
    discoveryAcceptCommand(cli),
    discoveryDismissCommand(cli),
  ]);
}

function conflictGroup(cli: Cli): Command {
  return group("conflict", "Work that git could not merge: both sides, by your hand", [
    conflictListCommand(cli),
    conflictShowCommand(cli),
    conflictTakeCommand(cli),
    conflictDoneCommand(cli),
  ]);
}

function prGroup(cli: Cli): Command {
  return group("pr", "The one pull request of a spec", [
    prShowCommand(cli),
    prTakeCommand(cli),
    prRefreshCommand(cli),
    prMergeCommand(cli),
  ]);
}

function projectGroup(cli: Cli): Command {
  return group("project", "The repositories features are built in", [
    projectListCommand(cli),
    projectAddCommand(cli),
    projectRemoveCommand(cli),
  ]);
}

function agentGroup(cli: Cli): Command {
  return group("agent", "Agents that are installed beside OmoiOS", [
    agentListCommand(cli),
    agentInstallCommand(cli),
    agentRemoveCommand(cli),
  ]);
}

function configGroup(cli: Cli): Command {
  return group("config", "Every setting, and where it comes from", [configPrintCommand(cli)]);
}

function group(name: string, summary: string, commands: readonly Command[]): Command {
  const parent = createCommand(name, summary, []);
  for (const command of commands) parent.addCommand(command);
  return parent;
}

/** Wrong usage is thrown, not printed, so that it takes the same way out as every other failure. */
function settle(command: Command, cli: Cli, path = command.name()): void {
  command
    .exitOverride((error) => {
      throw new UsageError(error, path);
    })
    .helpCommand(false)
    .configureOutput({
      writeOut: (text) => cli.terminal.write(text),
      outputError: () => undefined,
      getOutHelpWidth: () => cli.terminal.width,
    })
    .configureHelp({ sortOptions: false });
  for (const nested of command.commands) settle(nested, cli, `${path} ${nested.name()}`);
}

/** Wrong usage of a command, or the end of one that only prints its help. */
class UsageError extends Error {
  override readonly name = "UsageError";
  override readonly cause: CommanderError;
  /** The words of the command, for example `omoios spec show`. */
  readonly path: string;

  constructor(cause: CommanderError, path: string) {
    super(cause.message, { cause });
    this.cause = cause;
    this.path = path;
  }
}

/** Parses the arguments and runs the command they name. */
export async function runProgram(cli: Cli, args: readonly string[]): Promise<void> {
  const flags = { json: args.includes("--json") };
  const program = createProgram(cli);
  try {
    await program.parseAsync(args.length === 0 ? ["--help"] : args, { from: "user" });
  } catch (error) {
    if (error instanceof UsageError) cli.exitWith(reportUsage(cli, flags, error));
    else cli.exitWith(reportFailure(cli, flags, error));
  }
}

function reportUsage(cli: Cli, flags: { readonly json: boolean }, { cause, path }: UsageError): ExitCode {
  if (cause.exitCode === 0) return exitCodes.done;
  if (cause.code === "commander.help") return exitCodes.usage;
  const [first = "", ...more] = cause.message.replace(/^error: /u, "").split("\n");
  const suggestion = more.map((line) => line.replace(/^\((.*)\)$/u, "$1")).filter((line) => line !== "");
  const fix = suggestion.length > 0 ? suggestion.join(" ") : `See how it is used: ${path} --help`;
  const problem = { at: path, message: first, fix };
  return reportFailure(cli, flags, new FaultError({ kind: "invalid", message: first, problems: [problem] }, { cause }));
}
