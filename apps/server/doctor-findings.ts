import { execFile } from "node:child_process";
import { statfs } from "node:fs/promises";
import { promisify } from "node:util";
import type { DoctorFinding } from "@omoios/contract/http-system";
import { FaultError, faultFixes, faultMessage } from "@omoios/domain/shared/fault";
import type { SandboxProvider } from "@omoios/engine/ports/sandbox";
import type { Secrets } from "./config/secrets.ts";

const run = promisify(execFile);
/** Below this a base snapshot or a pack may not fit any more. */
const leastFreeBytes = 1_000_000_000;

export interface DoctorInput {
  readonly home: string;
  readonly secrets: Secrets;
  readonly provider: SandboxProvider;
}

/** Whether this machine has what OmoiOS needs, and how to get what is missing. */
export async function doctorFindings(input: DoctorInput): Promise<readonly DoctorFinding[]> {
  const measured = await Promise.all([git(), sandbox(input.provider), disk(input.home)]);
  return [node(), ...measured, key(input.secrets)];
}

function node(): DoctorFinding {
  const major = Number(process.versions.node.split(".")[0]);
  const ok = major >= 24;
  return {
    name: "Node",
    ok,
    detail: process.version,
    fix: ok ? null : "Run npm ci: it brings Node 24 on Linux; elsewhere install Node 24",
  };
}

async function git(): Promise<DoctorFinding> {
  const fix = "Install git 2.39 or newer (Debian, Ubuntu: apt-get install git)";
  try {
    const { stdout } = await run("git", ["--version"], { timeout: 10_000 });
    const [, major = "0", minor = "0"] = /(\d+)\.(\d+)/u.exec(stdout) ?? [];
    const ok = Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 39);
    return { name: "git", ok, detail: stdout.trim(), fix: ok ? null : fix };
  } catch (error) {
    return { name: "git", ok: false, detail: reasonOf(error), fix };
  }
}

async function sandbox(provider: SandboxProvider): Promise<DoctorFinding> {
  try {
    const { isolation, layering, reason, fix } = await provider.probe();
    const layers =
      layering === "overlay" ? "overlays over base snapshots" : "copied trees (overlay mounts are refused here)";
    const detail =
      isolation === "none" ? (reason ?? "no jail starts here") : `${provider.id}: ${isolation} isolation, ${layers}`;
    return { name: "sandbox", ok: isolation !== "none", detail, fix: fix ?? null };
  } catch (error) {
    return {
      name: "sandbox",
      ok: false,
      detail: reasonOf(error),
      fix: error instanceof FaultError ? faultFixes(error.fault).join("; ") : null,
    };
  }
}

async function disk(home: string): Promise<DoctorFinding> {
  try {
    const { bavail, bsize } = await statfs(home);
    const free = bavail * bsize;
    const ok = free >= leastFreeBytes;
    return {
      name: "disk",
      ok,
      detail: `${(free / 1e9).toFixed(1)} GB free in ${home}`,
      fix: ok ? null : "Free some space, or set OMOIOS_HOME to a folder on a larger disk",
    };
  } catch (error) {
    return {
      name: "disk",
      ok: false,
      detail: reasonOf(error),
      fix: "Set OMOIOS_HOME to a folder that exists and can be written",
    };
  }
}

/** Not having a key is no fault of the machine: scripted runs need none. */
function key(secrets: Secrets): DoctorFinding {
  const present = secrets.anthropicApiKey !== null;
  return {
    name: "model key",
    ok: true,
    detail: present ? "ANTHROPIC_API_KEY is set" : "ANTHROPIC_API_KEY is not set: only scripted models can be used",
    fix: null,
  };
}

function reasonOf(error: unknown): string {
  if (error instanceof FaultError) return faultMessage(error.fault);
  return error instanceof Error ? error.message : String(error);
}
