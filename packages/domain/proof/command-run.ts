import { oneLine } from "../shared/plain-text.ts";
import { shellWord } from "../shared/shell-word.ts";

/** One command the validator asked for, as it was run on the candidate in a check jail. Immutable. */
export interface CommandRun {
  readonly id: string;
  /** The validation that asked for it. */
  readonly validationId: string;
  /** What the validator calls it, for example `C1`. */
  readonly name: string;
  readonly argv: readonly string[];
  readonly directory: string;
  readonly why: string;
  readonly commit: string;
  readonly tree: string;
  readonly environment: string;
  /** Null when a signal ended it, or it could not be started. */
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  readonly outputDigest: string;
  readonly tail: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
}

/** A command as a person would type it. */
export function commandText({ argv }: Pick<CommandRun, "argv">): string {
  return argv.map(shellWord).join(" ");
}

/** The names of command runs among what a verdict cites. */
export function citedCommands(cited: readonly string[]): readonly string[] {
  return cited.filter((name) => /^C\d+$/u.test(name));
}

/** Why a verdict may not cite these commands, or null: each has to have been run for this validation, on this commit. */
export function falseCitation(
  cited: readonly string[],
  runs: readonly Pick<CommandRun, "name" | "commit">[],
  commit: string,
): string | null {
  for (const name of citedCommands(cited)) {
    const run = runs.find((one) => one.name === name);
    if (run === undefined) return `it cites ${oneLine(name, 60)}, a command that was not run`;
    if (run.commit !== commit) return `it cites ${oneLine(name, 60)}, which was run on another commit`;
  }
  return null;
}
