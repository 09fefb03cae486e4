import type { ApiClient } from "./client/api-client.ts";
import { requireServer } from "./client/find-server.ts";
import { resolvePlace, type CliEnvironment, type PlaceFlags } from "./client/place.ts";
import { exitCodes, type ExitCode } from "./exit-code.ts";
import { InterruptedError, type Interruptible } from "./interrupt.ts";
import { describeFailure, failureLines } from "./render/failure.ts";
import type { Terminal } from "./terminal.ts";

/** What every command is given: the terminal, and the world around the process. */
export interface Cli extends Interruptible {
  readonly terminal: Terminal;
  readonly env: CliEnvironment;
  readonly cwd: string;
  readonly version: string;
  readonly now: () => Date;
  /** What the process ends with. */
  readonly exitWith: (code: ExitCode) => void;
}

export interface JsonFlags {
  readonly json?: boolean | undefined;
}

/** Runs the body of a command: whatever it throws becomes a message, a last JSON line and an exit code. */
export async function conclude(cli: Cli, flags: JsonFlags, body: () => Promise<ExitCode>): Promise<void> {
  try {
    cli.exitWith(await body());
  } catch (error) {
    cli.exitWith(error instanceof InterruptedError ? exitCodes.interrupted : reportFailure(cli, flags, error));
  }
}

/** Says what went wrong on standard error, and as the last line of standard output with `--json`. */
export function reportFailure(cli: Cli, flags: JsonFlags, error: unknown): ExitCode {
  const failed = describeFailure(error);
  const { terminal } = cli;
  if (failed.kind === "bug" && error instanceof Error) terminal.note(error.stack ?? error.message, ...causes(error));
  terminal.note(...failureLines(failed, { paint: terminal.errorPaint, width: terminal.width }));
  if (flags.json === true) terminal.json(failed);
  return failed.exitCode as ExitCode;
}

/** The server a command speaks to. */
export async function serverOf(cli: Cli, flags: PlaceFlags): Promise<ApiClient> {
  return requireServer(resolvePlace(flags, cli.env), cli.version);
}

function causes(error: Error): readonly string[] {
  return error.cause instanceof Error
    ? [`caused by ${error.cause.stack ?? error.cause.message}`, ...causes(error.cause)]
    : [];
}
