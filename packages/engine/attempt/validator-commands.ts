import type { ValidatorCommand } from "@omoios/contract/validator-answer";
import type { Attempt } from "@omoios/domain/attempt/attempt";
import { commandText, type CommandRun } from "@omoios/domain/proof/command-run";
import { oneLine } from "@omoios/domain/shared/plain-text";
import { z } from "zod";
import type { ProgramResult } from "../ports/sandbox.ts";
import { data } from "../prompts/data-block.ts";
import { about, named } from "./attempt-event.ts";
import type { AttemptParts, AttemptRun } from "./attempt-run.ts";
import { prepareBase } from "./open-sandbox.ts";
import { openCheckJail, renewing } from "./run-checks.ts";
import { step } from "./step.ts";

const tailLength = 6000;
const shownLength = 1000;
const maxOutputBytes = 1_000_000;
/** A folder or program that is not there is a result like any other. */
const enterAndRun = 'cd -- "$1" || exit 125; shift; exec "$@"';

const commandRunSchema = z.object({
  id: z.string(),
  validationId: z.string(),
  name: z.string(),
  argv: z.array(z.string()),
  directory: z.string(),
  why: z.string(),
  commit: z.string(),
  tree: z.string(),
  environment: z.string(),
  exitCode: z.number().nullable(),
  timedOut: z.boolean(),
  outputDigest: z.string(),
  tail: z.string(),
  startedAt: z.coerce.date(),
  endedAt: z.coerce.date(),
});

interface Asked {
  readonly judged: Attempt;
  readonly commit: string;
  readonly turn: number;
  readonly commands: readonly ValidatorCommand[];
  /** How many were run before. */
  readonly before: number;
}

/**
 * Runs what the validator asked for, one after the other, each in a check jail over a clean tree of the candidate, and keeps
 * what was seen as evidence. The validator chooses the command; what it did is what this process observed.
 */
export function runValidatorCommands(
  parts: AttemptParts,
  judging: AttemptRun,
  asked: Asked,
): Promise<readonly CommandRun[]> {
  return step<readonly CommandRun[]>(parts, judging, {
    name: `commands-${asked.turn}`,
    output: z.array(commandRunSchema),
    body: () => runAll(parts, judging, asked),
    commit: async ({ tx, emit }, runs) => {
      await parts.proofs.addCommandRuns(tx, runs);
      const judged = { ...judging, attempt: asked.judged };
      for (const run of runs) {
        emit({
          type: "command.run",
          ...about(judged),
          payload: {
            ...named(judged),
            name: run.name,
            command: oneLine(commandText(run), shownLength),
            why: run.why,
            exitCode: run.exitCode,
            timedOut: run.timedOut,
            durationMs: run.endedAt.getTime() - run.startedAt.getTime(),
          },
        });
      }
    },
  });
}

async function runAll(parts: AttemptParts, judging: AttemptRun, asked: Asked): Promise<readonly CommandRun[]> {
  const { commit } = asked;
  const base = await prepareBase(parts, judging, "validation");
  const tree = await judging.hub.treeOf(commit);
  const runs: CommandRun[] = [];
  for (const [index, { argv, directory, why }] of asked.commands.entries()) {
    judging.signal.throwIfAborted();
    // What one command does to its tree, or leaves running, is not the candidate the next one is asked about.
    const id = `command-${asked.turn}-${index}-${judging.attempt.id}`;
    await using sandbox = await openCheckJail(parts, judging, { id, base, commit });
    using _renewing = renewing(parts, judging, sandbox);
    const result = await sandbox.run({
      argv: ["/bin/sh", "-c", enterAndRun, "run", directory, ...argv],
      ...{ signal: judging.signal, maxOutputBytes },
      timeoutMs: judging.config.proof.validatorCommandTimeoutMs,
    });
    const name = `C${asked.before + index + 1}`;
    const run = { argv, directory, why, commit, tree, name, environment: sandbox.environmentDigest };
    runs.push({ ...run, ...observed(parts, result), id: parts.identities.uuid(), validationId: judging.attempt.id });
  }
  return runs;
}

function observed(parts: AttemptParts, result: ProgramResult) {
  const { exitCode, timedOut, startedAt, endedAt } = result;
  const output = `${result.stdout}${result.stderr}`;
  return {
    ...{ exitCode, timedOut, startedAt, endedAt },
    outputDigest: parts.digest(output),
    tail: output.slice(-tailLength),
  };
}

/** What the validator is shown of the commands it asked for. */
export function commandsShown(runs: readonly CommandRun[]): string {
  return runs.map(describe).join("\n\n");
}

function describe(run: CommandRun): string {
  const end = run.timedOut ? "timed out" : `exit code ${run.exitCode ?? "none (signal)"}`;
  return [
    `${run.name}: you asked for ${JSON.stringify(run.argv)} (in ${run.directory}) on the candidate`,
    `Result: ${end}`,
    `End of the output:\n${data("output", run.tail)}`,
  ].join("\n");
}
