import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** A program of the system that npm cannot install. */
export interface Prerequisite {
  readonly name: string;
  readonly program: string;
  /** Lowest version that does what is asked of it, as numbers. */
  readonly atLeast: readonly number[];
  /** What does not work without it. */
  readonly purpose: string;
  /** Arguments with which it must end well here, for a program the system may refuse to run, and what to do then. */
  readonly trial?: { readonly args: readonly string[]; readonly fix: string };
  /** Name of the package on Debian and Ubuntu, and nearly everywhere else. */
  readonly package: string;
  /** Tests that need it, as folders. */
  readonly neededBy: readonly string[];
}

/** A prerequisite that is absent, too old or refused by the system. */
export interface Missing {
  readonly prerequisite: Prerequisite;
  readonly reason: string;
  readonly fix: string;
  /** False when installing its package would change nothing. */
  readonly installable: boolean;
}

const adapters = ["sandbox-local", "agent-scripted", "agent-command", "gateway"].map(
  (name) => `packages/adapters/${name}/`,
);
const jailed = [...adapters, "tests/e2e/", "tests/foreign/"];

/** Everything OmoiOS needs beside Node. */
const prerequisites: readonly Prerequisite[] = [
  {
    name: "git",
    program: "git",
    atLeast: [2, 39],
    purpose: "keeps, merges and lands what agents wrote",
    package: "git",
    neededBy: ["packages/adapters/git/", "packages/adapters/forge-local/", ...jailed],
  },
  {
    name: "bubblewrap",
    program: "bwrap",
    atLeast: [0, 8],
    purpose: "jails agents and checks",
    trial: {
      args: ["--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "true"],
      fix: "allow user namespaces: sysctl -w kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0, or start this container with --privileged",
    },
    package: "bubblewrap",
    neededBy: jailed,
  },
];

/** What only the tests of the dashboard need: a browser that is no part of the product. */
export const testPrerequisites: readonly Prerequisite[] = [
  ...prerequisites,
  {
    name: "Chromium",
    program: "chromium",
    atLeast: [120],
    purpose: "looks at the dashboard in tests",
    package: "chromium",
    neededBy: ["tests/browser/"],
  },
];

/** Numbers of the first version in a text, or undefined. */
export function versionIn(text: string): readonly number[] | undefined {
  const version = /\d+(?:\.\d+)+/u.exec(text)?.[0];
  return version?.split(".").map(Number);
}

/** True when `version` is `floor` or newer. */
export function isAtLeast(version: readonly number[], floor: readonly number[]): boolean {
  for (const [place, wanted] of floor.entries()) {
    const got = version[place] ?? 0;
    if (got !== wanted) return got > wanted;
  }
  return true;
}

/** What is missing on this machine, each with the one command that mends it. */
export async function findMissing(wanted = prerequisites): Promise<readonly Missing[]> {
  const command = await installCommand();
  const found = await Promise.all(wanted.map(async (prerequisite) => await examine(prerequisite, command)));
  return found.filter((missing) => missing !== undefined);
}

async function examine(prerequisite: Prerequisite, command: string): Promise<Missing | undefined> {
  const { name, program, atLeast, trial } = prerequisite;
  const wanted = `${name} ${atLeast.join(".")} or newer`;
  const toInstall = { prerequisite, fix: command.replace("PACKAGE", prerequisite.package), installable: true };
  try {
    const version = versionIn((await execute(program, ["--version"])).stdout);
    if (version === undefined) return { ...toInstall, reason: `${wanted} is needed; it names no version` };
    if (!isAtLeast(version, atLeast))
      return { ...toInstall, reason: `${wanted} is needed, ${version.join(".")} is installed` };
  } catch (error) {
    if (isAbsent(error)) return { ...toInstall, reason: `${wanted} is not installed` };
    return { ...toInstall, reason: `${wanted} does not run: ${messageOf(error)}` };
  }
  if (trial === undefined) return undefined;
  try {
    await execute(program, trial.args);
    return undefined;
  } catch (error) {
    const reason = `this system refuses to let ${name} work: ${messageOf(error)}`;
    return { prerequisite, reason, fix: trial.fix, installable: false };
  }
}

const isAbsent = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "ENOENT";

/** One line: what a program said when it failed, or why it did not start. */
function messageOf(error: unknown): string {
  const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
  return said === "" ? String(error instanceof Error ? error.message : error) : said.replaceAll("\n", "; ");
}

async function isDebian(): Promise<boolean> {
  try {
    return /^ID(?:_LIKE)?=.*\b(?:debian|ubuntu)\b/mu.test(await readFile("/etc/os-release", "utf8"));
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}

const isRoot = (): boolean => process.getuid?.() === 0;

async function installCommand(): Promise<string> {
  if (process.platform === "darwin") return "run OmoiOS in Docker: macOS has no bubblewrap";
  if (!(await isDebian())) return "install PACKAGE with the package manager of this system";
  return `${isRoot() ? "" : "sudo "}apt-get install --yes PACKAGE`;
}

/**
 * Installs what is missing where that needs nobody's permission: as root on Debian or Ubuntu. Says what it does, and
 * returns what is missing still.
 */
export async function installMissing(say: (line: string) => void, wanted = prerequisites): Promise<readonly Missing[]> {
  const missing = await findMissing(wanted);
  const absent = missing.filter(({ installable }) => installable);
  if (absent.length === 0 || !isRoot() || !(await isDebian())) return missing;
  const packages = absent.map(({ prerequisite }) => prerequisite.package);
  say(`installing ${packages.join(" and ")} (apt-get): ${absent.map(({ reason }) => reason).join("; ")}`);
  try {
    const options = { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" }, maxBuffer: 64 * 1024 * 1024 };
    await execute("apt-get", ["update", "--quiet"], options);
    await execute("apt-get", ["install", "--yes", "--quiet", "--no-install-recommends", ...packages], options);
  } catch (error) {
    say(`apt-get failed: ${messageOf(error)}`);
  }
  return await findMissing(wanted);
}
