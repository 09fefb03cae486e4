import { execFile } from "node:child_process";
import { chown, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { SandboxProbe } from "@omoios/engine/ports/sandbox";
import { readIfThere } from "./absent-file.ts";
import { draftName } from "./draft-folder.ts";
import type { Identity } from "./identities.ts";
import { JailFailed, runJail } from "./jail-process.ts";
import type { Launcher, Workspace } from "./launch.ts";
import { removeTree } from "./remove-tree.ts";
import { makeFolder, type StateFolder } from "./state-folder.ts";
import type { Tools } from "./tools.ts";

const execute = promisify(execFile);

/** The first bubblewrap that knows `--disable-userns`. */
const oldestBubblewrap: readonly [number, number] = [0, 8];

/** What the kernel says about user namespaces; null where it has no such switch. */
export interface NamespaceSwitches {
  readonly maxUserNamespaces: number | null;
  readonly unprivilegedUsernsClone: number | null;
  readonly apparmorRestrictsUserns: number | null;
}

/** Starts real jails with `true` in them and says what they are worth on this machine. */
export async function probeJail(parts: {
  readonly state: StateFolder;
  readonly launcher: Launcher;
  readonly tools: Tools;
  readonly missing: readonly (keyof Tools)[];
  readonly identity: Identity | null;
  readonly layering: "overlay" | "clone" | null;
}): Promise<SandboxProbe> {
  const obstacle = await findObstacle(parts.tools, parts.missing);
  if (obstacle !== null) return { isolation: "none", layering: "clone", ...obstacle };
  const folder = join(parts.state.bases, draftName());
  const within = (name: string): string => join(folder, "data", name);
  const [base, upper, work, mountPoint] = [within("base"), within("upper"), within("work"), within("merged")];
  try {
    await makeProbeFolders(parts.identity, folder, [base, upper, work, mountPoint]);
    const overlay =
      parts.layering === "clone"
        ? "overlay mounts are turned off by configuration"
        : await tryJail(parts, { kind: "overlay", lower: [base], upper: { path: upper, work }, mountPoint });
    if (overlay === null) return { isolation: "full", layering: "overlay" };
    const plain = await tryJail(parts, { kind: "plain", path: base, writable: true });
    if (plain !== null) return { isolation: "none", layering: "clone", ...explainRefusal(plain, await readSwitches()) };
    return { isolation: "full", layering: "clone", reason: `Trees are copied instead of layered: ${overlay}` };
  } finally {
    await removeTree(folder);
  }
}

async function makeProbeFolders(identity: Identity | null, folder: string, own: readonly string[]): Promise<void> {
  await makeFolder(folder, 0o711);
  await mkdir(join(folder, "data"), { mode: 0o700 });
  await Promise.all(own.map(async (path) => await makeFolder(path, 0o755)));
  if (identity !== null)
    await Promise.all(
      [join(folder, "data"), ...own].map(async (path) => await chown(path, identity.uid, identity.gid)),
    );
}

/** Null when a jail over this workspace runs; otherwise what was said. */
async function tryJail(
  parts: { readonly launcher: Launcher; readonly identity: Identity | null },
  workspace: Workspace,
): Promise<string | null> {
  const plan = {
    identity: parts.identity,
    workspace,
    home: null,
    reportsPid: false,
    argv: ["/bin/sh", "-c", ": > /workspace/probe"],
  };
  try {
    await runJail({
      launch: parts.launcher.launch(plan),
      purpose: "The probe",
      signal: AbortSignal.timeout(30_000),
    });
    return null;
  } catch (error) {
    if (error instanceof JailFailed) return error.said;
    throw error;
  }
}

async function findObstacle(
  tools: Tools,
  missing: readonly (keyof Tools)[],
): Promise<{ readonly reason: string; readonly fix: string } | null> {
  if (missing.includes("bwrap")) return { reason: "bubblewrap is not installed.", fix: "apt-get install bubblewrap" };
  if (missing.includes("git")) return { reason: "git is not installed.", fix: "apt-get install git" };
  if (missing.length > 0)
    return { reason: `${missing.join(", ")} of util-linux cannot be found.`, fix: "apt-get install util-linux mount" };
  const { stdout } = await execute(tools.bwrap, ["--version"], { env: {} });
  return versionObstacle(stdout);
}

/** What is wrong with a bubblewrap that calls itself this; null when nothing is. */
export function versionObstacle(version: string): { readonly reason: string; readonly fix: string } | null {
  const [, major = "0", minor = "0"] = /(\d+)\.(\d+)/.exec(version) ?? [];
  const isNewEnough = Number(major) > oldestBubblewrap[0] || Number(minor) >= oldestBubblewrap[1];
  if (isNewEnough) return null;
  return {
    reason: `${version.trim()} is too old: it cannot forbid user namespaces inside a jail.`,
    fix: `Install bubblewrap ${oldestBubblewrap.join(".")} or newer.`,
  };
}

async function readSwitches(): Promise<NamespaceSwitches> {
  const read = async (path: string): Promise<number | null> => {
    const text = await readIfThere(`/proc/sys/${path}`);
    return text === null ? null : Number(text);
  };
  return {
    maxUserNamespaces: await read("user/max_user_namespaces"),
    unprivilegedUsernsClone: await read("kernel/unprivileged_userns_clone"),
    apparmorRestrictsUserns: await read("kernel/apparmor_restrict_unprivileged_userns"),
  };
}

/** Why a jail did not start, from what it said and the kernel's switches, and what the person can do. */
export function explainRefusal(
  said: string,
  switches: NamespaceSwitches,
): { readonly reason: string; readonly fix: string } {
  if (switches.maxUserNamespaces === 0 || /ENOSPC|No space left|max_\*_namespaces/.test(said)) {
    return {
      reason: `The kernel allows no further user namespaces: ${said}`,
      fix: "sudo sysctl -w user.max_user_namespaces=15000",
    };
  }
  const isPermission = /Operation not permitted|Permission denied|No permissions|EPERM|EACCES/.test(said);
  if (isPermission && switches.unprivilegedUsernsClone === 0) {
    return {
      reason: `This kernel gives user namespaces to root only: ${said}`,
      fix: "sudo sysctl -w kernel.unprivileged_userns_clone=1",
    };
  }
  if (isPermission && switches.apparmorRestrictsUserns === 1) {
    return {
      reason: `AppArmor refuses user namespaces to programs without a profile (the default of Ubuntu 23.10 and later): ${said}`,
      fix: "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 (or give bwrap and unshare an AppArmor profile that allows userns)",
    };
  }
  if (isPermission) {
    return {
      reason: `User namespaces are refused, as in most containers: ${said}`,
      fix: "Run OmoiOS on the host, use the Docker sandbox, or start the container with --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined.",
    };
  }
  return { reason: `A jail does not start here: ${said}`, fix: "Run `omoios doctor` and look at the message above." };
}
