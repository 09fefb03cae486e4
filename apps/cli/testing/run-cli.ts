import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));

export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command line that is running: really a process of its own. */
export interface RunningCli {
  readonly child: ChildProcess;
  /** Resolves when standard output holds `text`. */
  readonly printed: (text: string) => Promise<void>;
  readonly done: Promise<CliRun>;
}

/** Starts `omoios` with these arguments, without colour and with nothing of our own environment. */
export function startCli(
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string } = {},
): RunningCli {
  const env = {
    LANG: "C.UTF-8",
    OMOIOS_HOME: "/nonexistent/omoios",
    ...options.env,
  };
  const child = spawn(process.execPath, [main, ...args], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  let stdout = "";
  let stderr = "";
  let look: () => void = () => undefined;
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
    look();
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
  return {
    child,
    printed: async (text) => {
      while (!stdout.includes(text)) await new Promise<void>((resolve) => (look = resolve));
    },
    done: once(child, "close").then(([code]) => ({ code: code as number | null, stdout, stderr })),
  };
}

/** Runs `omoios` to its end. */
export async function runCli(...input: Parameters<typeof startCli>): Promise<CliRun> {
  return startCli(...input).done;
}
