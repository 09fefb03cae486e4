import manifest from "./package.json" with { type: "json" };
import type { Cli } from "./cli.ts";
import { exitCodes } from "./exit-code.ts";
import { runProgram } from "./program.ts";
import { createTerminal } from "./terminal.ts";

const endings = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Calls the listener on the first signal; the next one ends the process at once. A closed terminal (SIGHUP) and a
 * supervisor (SIGTERM) leave in order as well.
 */
function onInterrupt(listener: () => void): Disposable {
  let interrupted = false;
  const handle = (): void => {
    if (interrupted) process.exit(exitCodes.interrupted);
    interrupted = true;
    listener();
  };
  for (const signal of endings) process.on(signal, handle);
  return {
    [Symbol.dispose]: () => {
      for (const signal of endings) process.off(signal, handle);
    },
  };
}

// `omoios events | head` closes our output; there is nobody left to tell.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(exitCodes.done);
  throw error;
});

const cli: Cli = {
  terminal: createTerminal(process, process.env),
  env: process.env,
  cwd: process.cwd(),
  version: manifest.version,
  now: () => new Date(),
  onInterrupt,
  exitWith: (code) => {
    process.exitCode = code;
  },
};

await runProgram(cli, process.argv.slice(2));
