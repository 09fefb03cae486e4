import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Base, BaseRequest, Sandbox, SandboxProvider, SandboxRequest } from "@omoios/engine/ports/sandbox";
import type { LocalSandboxOptions } from "../local-sandbox-options.ts";
import { openLocalSandboxes } from "../provider.ts";

const projectId = "prj-1";
export const never = new AbortController().signal;

/** A git that reads no configuration but the repository's, with fixed dates, so that ids are the same in every run. */
export function git(folder: string, ...args: readonly string[]): string {
  const dates = { GIT_AUTHOR_DATE: "@1700000000 +0000", GIT_COMMITTER_DATE: "@1700000000 +0000" };
  const who = {
    GIT_AUTHOR_NAME: "Test",
    GIT_AUTHOR_EMAIL: "test@example.invalid",
    GIT_COMMITTER_NAME: "Test",
    GIT_COMMITTER_EMAIL: "test@example.invalid",
  };
  const env = {
    PATH: "/usr/bin:/bin",
    HOME: "/nonexistent",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    LANG: "C.UTF-8",
    ...dates,
    ...who,
  };
  return execFileSync("git", ["-C", folder, ...args], {
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  }).trim();
}

export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** A user's checkout and the hub its commits are in. */
export interface Project {
  readonly checkout: string;
  readonly hub: string;
  /** Commits these files on `main` and brings them into the hub; returns the commit. */
  commit(files: Readonly<Record<string, string>>): string;
}

/** Everything a test needs, below one temporary folder nobody else may enter. */
export class SandboxFixture {
  readonly folder: string;
  readonly project: Project;

  constructor(mode = 0o700) {
    this.folder = mkdtempSync(join(tmpdir(), "omoios-jail-"));
    execFileSync("chmod", [mode.toString(8), this.folder]);
    this.project = createProject(this.folder);
  }

  options(change: Partial<LocalSandboxOptions> = {}): LocalSandboxOptions {
    return { root: join(this.folder, "sandboxes"), nodePath: process.execPath, programs: [], ...change };
  }

  async provider(change: Partial<LocalSandboxOptions> = {}): Promise<SandboxProvider> {
    return await openLocalSandboxes(this.options(change));
  }

  baseRequest(commit: string, change: Partial<BaseRequest> = {}): BaseRequest {
    return {
      projectId,
      trust: "work",
      hubPath: this.project.hub,
      commit,
      setupDigest: "none",
      copyFiles: [],
      checkoutPath: this.project.checkout,
      install: null,
      ...change,
    };
  }

  request(
    id: string,
    at: { readonly base: Base; readonly commit: string },
    change: Partial<SandboxRequest> = {},
  ): SandboxRequest {
    return {
      id,
      projectId,
      mode: "implementation",
      hubPath: this.project.hub,
      branch: "task/TSK-1-thing",
      env: {},
      ...at,
      ...change,
    };
  }

  /** Deletes everything, whoever owns it. */
  remove(): void {
    execFileSync("chmod", ["-R", "u+rwX", this.folder]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function createProject(folder: string): Project {
  const checkout = join(folder, "checkout");
  const hub = join(folder, "hub.git");
  mkdirSync(checkout);
  git(folder, "init", "-q", "-b", "main", checkout);
  git(folder, "init", "-q", "--bare", "-b", "main", hub);
  return {
    checkout,
    hub,
    commit(files) {
      writeFiles(checkout, files);
      git(checkout, "add", "-A");
      git(checkout, "commit", "-q", "-m", "change");
      git(hub, "fetch", "-q", checkout, "+refs/heads/main:refs/heads/main");
      return git(checkout, "rev-parse", "HEAD");
    },
  };
}

/** Runs a shell line in a sandbox and returns what it said. */
export async function sh(
  sandbox: Sandbox,
  script: string,
): Promise<{ readonly exitCode: number | null; readonly stdout: string; readonly stderr: string }> {
  return await sandbox.run({ argv: ["/bin/sh", "-c", script], timeoutMs: 20_000 });
}

/** Processes of the machine whose command line holds this text. */
export function processesNaming(text: string): readonly string[] {
  const script = fileURLToPath(new URL("./find-processes.sh", import.meta.url));
  return execFileSync("/bin/sh", [script, text], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line !== "");
}

/** Why these tests cannot run here, or null. */
export async function whyNoJail(): Promise<string | null> {
  const fixture = new SandboxFixture();
  try {
    const worth = await (await fixture.provider()).probe();
    return worth.isolation === "full" ? null : `${worth.reason ?? "no jail"} (fix: ${worth.fix ?? "unknown"})`;
  } finally {
    fixture.remove();
  }
}
