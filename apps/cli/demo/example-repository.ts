import { execFile } from "node:child_process";
import { cp } from "node:fs/promises";
import { devNull } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const execute = promisify(execFile);
const partOfExample = (name: string): string =>
  fileURLToPath(new URL(`../../../examples/notes/${name}`, import.meta.url));

/** What belongs to the example: the script the demo plays, a small one to copy, and the settings the demo runs with. */
export const example = {
  scenario: partOfExample("settings.yaml"),
  smallScenario: partOfExample("search.yaml"),
  config: partOfExample("demo-config.yaml"),
} as const;

/** Author and dates are fixed, so that commits have the same ids everywhere. */
const identity = {
  GIT_AUTHOR_NAME: "Notes",
  GIT_AUTHOR_EMAIL: "notes@example.com",
  GIT_AUTHOR_DATE: "2026-01-05T09:00:00Z",
  GIT_COMMITTER_NAME: "Notes",
  GIT_COMMITTER_EMAIL: "notes@example.com",
  GIT_COMMITTER_DATE: "2026-01-05T09:00:00Z",
};

/** A checkout of the example that belongs to the demo alone. */
export class ExampleRepository {
  readonly folder: string;
  readonly #path: string | undefined;

  private constructor(folder: string, path: string | undefined) {
    this.folder = folder;
    this.#path = path;
  }

  /** Copies the example to `folder` and commits it there: a repository like any other. `path` is where git is found. */
  static async write(folder: string, path: string | undefined): Promise<ExampleRepository> {
    await cp(partOfExample("repository"), folder, { recursive: true });
    const repository = new ExampleRepository(folder, path);
    await repository.#git("init", "--quiet", "--initial-branch=main", "--template=");
    await repository.#git("add", "--all");
    await repository.#git("commit", "--quiet", "--message=Notes: a JSON API and a page");
    return repository;
  }

  /** Commits what somebody else did on the base branch; returns the commit's first line. */
  async commitMeanwhile(): Promise<string> {
    await this.#git("am", "--quiet", partOfExample("meanwhile.patch"));
    return (await this.#git("log", "-1", "--format=%h, “%s” by %an")).trim();
  }

  async #git(...args: readonly string[]): Promise<string> {
    // Whatever the person's git is configured to do (sign, run hooks, convert line ends) would change the commit.
    const env = { PATH: this.#path, GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: devNull, ...identity };
    return (await execute("git", ["-C", this.folder, ...args], { env })).stdout;
  }
}
