import type { Command } from "commander";
import { logPageSchema, type LogPage } from "@omoios/contract/attempt-log";
import { apiPaths } from "@omoios/contract/http";
import type { AttemptView, TaskView } from "@omoios/contract/http-task";
import { FaultError } from "@omoios/domain/shared/fault";
import type { ApiClient } from "../client/api-client.ts";
import { followAttemptLog } from "../client/attempt-log-stream.ts";
import { findTask } from "../client/references.ts";
import { conclude, serverOf, type Cli } from "../cli.ts";
import { createCommand, numberOption, withCommon, type CommonFlags } from "../command-options.ts";
import { exitCodes, type ExitCode } from "../exit-code.ts";
import { interruptSignal } from "../interrupt.ts";
import { LogText } from "../render/log-text.ts";
import type { Terminal } from "../terminal.ts";

interface TaskLogsFlags extends CommonFlags {
  readonly follow?: boolean;
  readonly attempt?: number;
}

/** `omoios task logs`: what an attempt printed. */
export function taskLogsCommand(cli: Cli): Command {
  const command = createCommand("logs", "Print what an attempt printed: its agent, its checks, the system", [
    { line: "omoios task logs TSK-001", does: "the newest attempt" },
    { line: "omoios task logs TSK-001 --attempt 1", does: "the first one" },
    { line: "omoios task logs TSK-001 --follow", does: "as it grows, until it ends" },
  ])
    .argument("<task>", "Label or id, for example TSK-001")
    .option("-f, --follow", "Go on as the log grows")
    .addOption(numberOption("--attempt <number>", "Which attempt (default: the newest)", { min: 1, max: 100_000 }));
  return withCommon(command, "One log record per line").action(async (reference: string, flags: TaskLogsFlags) =>
    conclude(cli, flags, async () => logs(cli, reference, flags)),
  );
}

async function logs(cli: Cli, reference: string, flags: TaskLogsFlags): Promise<ExitCode> {
  const client = await serverOf(cli, flags);
  const attempt = chosenAttempt(await findTask(cli, { client, reference, flags }), flags.attempt);
  using interrupt = interruptSignal(cli);
  const following = { attemptId: attempt.id, offset: 0, signal: interrupt.signal };
  const pages = flags.follow === true ? followAttemptLog(client, following) : storedPages(client, attempt.id);
  await printPages(cli.terminal, pages, flags.json === true);
  return interrupt.signal.aborted ? exitCodes.interrupted : exitCodes.done;
}

function chosenAttempt(task: TaskView, number: number | undefined): AttemptView {
  const attempt = number === undefined ? task.history.at(-1) : task.history.find((each) => each.number === number);
  if (attempt !== undefined) return attempt;
  const fix =
    task.history.length === 0
      ? "Wait until it starts: omoios watch"
      : `It has had ${task.history.length}; see them with: omoios task show ${task.label}`;
  throw new FaultError({
    kind: "not-found",
    what: number === undefined ? "An attempt of" : `Attempt ${number} of`,
    id: task.label,
    fix,
  });
}

async function* storedPages(client: ApiClient, attemptId: string): AsyncGenerator<LogPage, void, void> {
  for (let offset = 0; ;) {
    const page = await client.get(apiPaths.attemptLog(attemptId), logPageSchema, { offset });
    yield page;
    if (page.records.length === 0 || page.next <= offset) return;
    offset = page.next;
  }
}

async function printPages(terminal: Terminal, pages: AsyncIterable<LogPage>, json: boolean): Promise<void> {
  const text = new LogText(terminal.paint);
  for await (const page of pages) {
    for (const record of page.records) {
      if (json) terminal.json(record);
      else terminal.write(text.render(record));
    }
  }
  terminal.write(text.end());
}
