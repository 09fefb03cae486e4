import type { Command } from "commander";
import { apiPaths, pageOf } from "@omoios/contract/http";
import { specSummarySchema, type SpecSummary } from "@omoios/contract/http-spec";
import { taskSummarySchema, type TaskSummary } from "@omoios/contract/http-task";
import type { ApiClient } from "../client/api-client.ts";
import { findSpec } from "../client/references.ts";
import { conclude, serverOf, type Cli } from "../cli.ts";
import { createCommand, withCommon, type CommonFlags } from "../command-options.ts";
import { exitCodes, type ExitCode } from "../exit-code.ts";
import { hang } from "../render/columns.ts";
import { cleanLine } from "../render/clean-text.ts";
import { taskLine } from "../render/spec-lines.ts";

/** `omoios task list`: the tasks of one spec, by default the newest. */
export function taskListCommand(cli: Cli): Command {
  const command = createCommand("list", "List the tasks of a spec", [
    { line: "omoios task list", does: "of the newest spec" },
    { line: "omoios task list SPC-1", does: "of that one" },
  ]).argument("[spec]", "Label or id (default: the newest spec)");
  return withCommon(command, "One task per line").action(async (reference: string | undefined, flags: CommonFlags) =>
    conclude(cli, flags, async () => list(cli, reference, flags)),
  );
}

async function list(cli: Cli, reference: string | undefined, flags: CommonFlags): Promise<ExitCode> {
  const client = await serverOf(cli, flags);
  const spec =
    reference === undefined ? await newestSpec(client, flags) : await findSpec(cli, { client, reference, flags });
  const { terminal } = cli;
  if (spec === null) {
    if (flags.json !== true) terminal.print('No spec yet. In a repository: omoios run "<feature>"');
    return exitCodes.done;
  }
  const items = await allTasks(client, spec.id);
  if (flags.json === true) {
    items.forEach((task) => terminal.json(task));
    return exitCodes.done;
  }
  terminal.print(
    ...hang(`${terminal.paint("strong", spec.label)}  `, cleanLine(spec.title), terminal.width),
    ...items.map((task) => taskLine(task, terminal)),
  );
  if (items.length === 0) terminal.print("  No tasks yet: the plan is not published.");
  return exitCodes.done;
}

async function allTasks(client: ApiClient, specId: string): Promise<readonly TaskSummary[]> {
  const tasks: TaskSummary[] = [];
  let cursor: string | null = null;
  do {
    const page: { readonly items: readonly TaskSummary[]; readonly next: string | null } = await client.get(
      apiPaths.specTasks(specId),
      pageOf(taskSummarySchema),
      { cursor, limit: 200 },
    );
    tasks.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return tasks;
}

async function newestSpec(client: ApiClient, flags: CommonFlags): Promise<SpecSummary | null> {
  const page = await client.get(apiPaths.specs, pageOf(specSummarySchema), { project: flags.project, limit: 1 });
  return page.items[0] ?? null;
}
