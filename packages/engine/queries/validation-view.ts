import type { CommandRunView, ValidationView } from "@omoios/contract/http-task";
import type { Attempt } from "@omoios/domain/attempt/attempt";
import { commandText, type CommandRun } from "@omoios/domain/proof/command-run";
import type { ModelCallRecord } from "../ports/run-records.ts";
import { timeOrNull } from "./spec-summary.ts";
import { usageOf } from "./usage.ts";

/** What judged an attempt, with what it had run and what that used. */
export function validationView(
  validation: Attempt,
  { calls, commands }: { readonly calls: readonly ModelCallRecord[]; readonly commands: readonly CommandRun[] },
): ValidationView {
  const { tokens, usd } = usageOf(calls.filter(({ attemptId }) => attemptId === validation.id));
  return {
    id: validation.id,
    number: validation.number,
    state: validation.state,
    model: validation.model ?? "?",
    epoch: validation.epoch,
    brief: validation.brief,
    reason: validation.reason,
    commands: commands.filter(({ validationId }) => validationId === validation.id).map(commandRunView),
    tokens,
    usd,
    parkedUntil: timeOrNull(validation.parkedUntil),
    createdAt: validation.createdAt.toISOString(),
    startedAt: timeOrNull(validation.startedAt),
    endedAt: timeOrNull(validation.endedAt),
  };
}

function commandRunView(run: CommandRun): CommandRunView {
  const { name, directory, why, commit, exitCode, timedOut, outputDigest, tail, startedAt, endedAt } = run;
  return {
    ...{ name, command: commandText(run), directory, why, commit, exitCode, timedOut, outputDigest, tail },
    startedAt: startedAt.toISOString(),
    durationMs: endedAt.getTime() - startedAt.getTime(),
  };
}
