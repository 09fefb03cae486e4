import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { hardenedEnvironment } from "./git-environment.ts";

/** A folder of a test, removed by `using`. */
export class ScratchFolder implements Disposable {
  readonly path: string;

  constructor() {
    this.path = realpathSync(mkdtempSync(join(tmpdir(), "omoios-git-")));
  }

  /** A repository in this folder, with one commit unless told otherwise. */
  repository(name: string, start: "committed" | "empty" = "committed"): ScratchRepository {
    const repository = new ScratchRepository(join(this.path, name));
    repository.git("init", "--quiet", "--initial-branch=main", ".");
    if (start === "committed")
      repository.commit({ "README.md": "# readme\n", "src/a.txt": "one\ntwo\nthree\n" }, "Start");
    return repository;
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** What a user or an agent does to a repository, with the real git. */
export class ScratchRepository {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
    mkdirSync(path, { recursive: true });
  }

  git(...args: readonly string[]): string {
    return this.gitWith({}, ...args);
  }

  gitWith(
    input: { readonly stdin?: string | Buffer; readonly env?: Readonly<Record<string, string>> },
    ...args: readonly string[]
  ): string {
    const env = {
      ...hardenedEnvironment("/usr/local/bin:/usr/bin:/bin"),
      GIT_AUTHOR_DATE: "@1700000000 +0000",
      GIT_COMMITTER_DATE: "@1700000000 +0000",
      ...input.env,
    };
    return execFileSync("git", ["-c", "protocol.file.allow=always", ...args], {
      cwd: this.path,
      env,
      input: input.stdin ?? "",
      encoding: "utf8",
      stdio: "pipe",
    }).trim();
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.path, name)), { recursive: true });
      writeFileSync(join(this.path, name), content);
    }
  }

  commit(files: Readonly<Record<string, string>>, message: string): string {
    this.write(files);
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "-m", message);
    return this.git("rev-parse", "HEAD");
  }

  /** A branch from `base` with one commit on it; returns the commit. */
  branch(name: string, base: string, files: Readonly<Record<string, string>>): string {
    this.git("switch", "--quiet", "--create", name, base);
    return this.commit(files, `Work on ${name}`);
  }

  /** An object written as it is, without git's checks. */
  object(type: "blob" | "tree" | "commit", content: string | Buffer): string {
    return this.gitWith({ stdin: content }, "hash-object", "-t", type, "--literally", "-w", "--stdin");
  }

  /** A commit on `main` whose tree is just these entries, under names git itself would refuse. */
  commitOfTree(entries: readonly { readonly mode: string; readonly name: string; readonly id: string }[]): string {
    const tree = this.object(
      "tree",
      Buffer.concat(
        entries.flatMap(({ mode, name, id }) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(id, "hex")]),
      ),
    );
    return this.git("commit-tree", tree, "-p", "main", "-m", "Made by hand");
  }
}
