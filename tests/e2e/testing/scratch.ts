import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A folder of a test, gone afterwards. It is 0700, like every `mktemp -d`: jails below such a folder have to work. */
export class Scratch implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async create(): Promise<Scratch> {
    return new Scratch(await realpath(await mkdtemp(join(tmpdir(), "omoios-e2e-"))));
  }

  at(...names: readonly string[]): string {
    return join(this.path, ...names);
  }

  async write(name: string, content: string): Promise<string> {
    const path = this.at(name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    return path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

const gitEnvironment = {
  PATH: process.env["PATH"] ?? "/usr/bin:/bin",
  LANG: "C.UTF-8",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_AUTHOR_NAME: "Ada",
  GIT_AUTHOR_EMAIL: "ada@example.com",
  GIT_COMMITTER_NAME: "Ada",
  GIT_COMMITTER_EMAIL: "ada@example.com",
};

/** What git prints, without the last line end; `where` is a working tree or a bare repository. */
export function git(where: string, ...args: readonly string[]): string {
  const options = ["-c", "protocol.file.allow=always", "-c", "safe.directory=*"];
  return execFileSync("git", [...options, ...args], {
    cwd: where,
    env: gitEnvironment,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  }).trimEnd();
}

const tinyProject: Readonly<Record<string, string>> = {
  "package.json": '{ "name": "tiny", "version": "1.0.0", "type": "module", "scripts": { "test": "node --test" } }\n',
  "README.md": "# tiny\n\nGreets people.\n",
  "src/version.js": 'export const version = "1.0.0";\n',
  ".gitignore": "node_modules/\n",
};

/** A small Node project in a repository of its own, on `main`, with one commit. */
export async function createRepository(
  scratch: Scratch,
  name = "tiny",
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  const path = scratch.at(name);
  for (const [file, content] of Object.entries({ ...tinyProject, ...files })) {
    await scratch.write(join(name, file), content);
  }
  git(path, "init", "--quiet", "--initial-branch=main");
  git(path, "add", "--all");
  git(path, "commit", "--quiet", "-m", "Start");
  return path;
}
