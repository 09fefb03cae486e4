import { spawn } from "node:child_process";
import { join } from "node:path";

/** The root of this repository. */
export const repositoryRoot = join(import.meta.dirname, "..");

/** What became of a command. `output` holds both streams in the order they were written. */
export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly output: string;
  readonly seconds: number;
}

/** Runs a program to its end with stdin closed and collects what it says. A program that cannot start exits with 127. */
export function runCommand(program: string, args: readonly string[], cwd = repositoryRoot): Promise<CommandResult> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let output = "";
    const finish = (exitCode: number, extra: string): void => {
      resolve({ exitCode, stdout, output: output + extra, seconds: (performance.now() - startedAt) / 1000 });
    };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    child.on("error", (error) => {
      finish(127, `${program} could not start: ${error.message}\n`);
    });
    child.on("close", (code, signal) => {
      finish(code ?? 1, signal === null ? "" : `${program} was ended by ${signal}\n`);
    });
  });
}

/** Runs a program that talks to the terminal itself and returns its exit code. */
export function runVisibly(program: string, args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: repositoryRoot, stdio: "inherit", env: environment });
    child.on("error", (error) => {
      console.error(`${program} could not start: ${error.message}`);
      resolve(127);
    });
    child.on("close", (code) => {
      resolve(code ?? 1);
    });
  });
}

/** Path of a program installed by npm, run through the Node this process runs on. */
export function installedProgram(name: string): string {
  return join(repositoryRoot, "node_modules/.bin", name);
}
