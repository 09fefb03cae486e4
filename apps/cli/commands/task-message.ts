import type { Command } from "commander";
import { apiPaths } from "@omoios/contract/http";
import { taskViewSchema, type TaskView } from "@omoios/contract/http-task";
import { findTask } from "../client/references.ts";
import { conclude, serverOf, type Cli } from "../cli.ts";
import { createCommand, withCommon, type CommonFlags } from "../command-options.ts";
import { exitCodes } from "../exit-code.ts";

/** `omoios task message`: a word to the agent of a task. */
export function taskMessageCommand(cli: Cli): Command {
  const command = createCommand("message", "Say something to the agent of a task", [
    { line: 'omoios task message TSK-001 "Keep the old name as an alias"', does: "" },
  ])
    .argument("<task>", "Label or id, for example TSK-001")
    .argument("<text>", "What the agent is to know");
  return withCommon(command, "The task as one JSON line").action(
    async (reference: string, text: string, flags: CommonFlags) =>
      conclude(cli, flags, async () => {
        const client = await serverOf(cli, flags);
        const task = await findTask(cli, { client, reference, flags });
        const told = await client.post(apiPaths.taskMessages(task.id), taskViewSchema, { body: { text } });
        if (flags.json === true) cli.terminal.json(told);
        else cli.terminal.print(heardLine(told, task.blockedReason === "question"));
        return exitCodes.done;
      }),
  );
}

/** When it is heard depends on what the task is doing. */
function heardLine({ label, spec, status }: TaskView, wasAsked: boolean): string {
  if (wasAsked) return `Answered; its agent goes on. Watch it with: omoios run --resume ${spec}`;
  if (status === "running")
    return `Said. An agent that can hear while it works has it now, any other when it next starts.`;
  if (status === "blocked" || status === "failed")
    return `Kept for the next attempt. Start it with: omoios task retry ${label}`;
  return "Kept for its agent's next start.";
}
