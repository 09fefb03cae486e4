import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { RandomSource } from "./random-source.ts";

const execute = promisify(execFile);

/** Files of the generated repository: as many as a mid-sized application has. */
export const fileCount = 5_200;

/** Folders of equal size, each one part of the application. */
const folderCount = 130;

/** A repository of source-like files, the same every time. */
export class GeneratedRepository {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async create(path: string): Promise<GeneratedRepository> {
    const repository = new GeneratedRepository(path);
    await mkdir(path, { recursive: true });
    await repository.git("init", "--quiet", "--initial-branch=main", ".");
    const files = Array.from({ length: fileCount }, (_none, number) => [filePath(number), sourceText(number)] as const);
    await repository.write(Object.fromEntries(files));
    await repository.write({ "package.json": `${JSON.stringify({ name: "generated", type: "module" })}\n` });
    await repository.commit("Start");
    return repository;
  }

  async git(...args: readonly string[]): Promise<string> {
    const { stdout } = await runGit(this.path, args);
    return stdout.trim();
  }

  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(this.path, name)), { recursive: true });
      await writeFile(join(this.path, name), content);
    }
  }

  /** Commits everything and returns the commit. */
  async commit(message: string): Promise<string> {
    await this.git("add", "--all");
    await this.git("commit", "--quiet", "-m", message);
    return this.git("rev-parse", "HEAD");
  }

  /** A branch from `main` that changes a line in each of these files; returns its commit. */
  async branch(name: string, change: { readonly files: readonly number[]; readonly line: number }): Promise<string> {
    await this.git("switch", "--quiet", "--create", name, "main");
    const changed = change.files.map((number) => {
      const lines = sourceText(number).split("\n");
      lines[change.line] = `// changed on ${name}`;
      return [filePath(number), lines.join("\n")] as const;
    });
    await this.write(Object.fromEntries(changed));
    const commit = await this.commit(`Work on ${name}`);
    await this.git("switch", "--quiet", "main");
    return commit;
  }
}

/** Runs git as a benchmark's own user, apart from the machine's configuration. */
export async function runGit(cwd: string, args: readonly string[]): Promise<{ readonly stdout: string }> {
  const env = {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    HOME: "/nonexistent",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: "Bench",
    GIT_AUTHOR_EMAIL: "bench@omoios.invalid",
    GIT_COMMITTER_NAME: "Bench",
    GIT_COMMITTER_EMAIL: "bench@omoios.invalid",
  };
  return execute("git", [...args], { cwd, env, maxBuffer: 64 * 1024 * 1024 });
}

function filePath(number: number): string {
  return `src/part-${String(number % folderCount)}/module-${String(number)}.js`;
}

/** 20 to 120 lines. */
function sourceText(number: number): string {
  const lines = 20 + new RandomSource(number).below(100);
  return Array.from(
    { length: lines },
    (_none, line) => `export const value${String(line)} = ${String(number * line)};\n`,
  ).join("");
}
