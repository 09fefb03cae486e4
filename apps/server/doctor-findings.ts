import { execFile } from "node:child_process";
import { statfs } from "node:fs/promises";
import { promisify } from "node:util";
import type { DoctorFinding } from "@omoios/contract/http-system";
import { FaultError, faultFixes, faultMessage } from "@omoios/domain/shared/fault";
import type { SandboxProvider } from "@omoios/engine/ports/sandbox";
import { installableAgents } from "./admin/installable-agents.ts";
import type { Secrets } from "./config/secrets.ts";

const run = promisify(execFile);

export interface DoctorInput {
  readonly home: string;
  readonly agentsFolder: string;
  readonly secrets: Secrets;
  readonly provider: SandboxProvider;
  /** Below this no attempt begins. */
  readonly leastFreeBytes: number;
}

/** Whether this machine has what OmoiOS needs, and how to get what is missing. */
export async function doctorFindings(input: DoctorInput): Promise<readonly DoctorFinding[]> {
  const measured = await Promise.all([git(), sandbox(input.provider), disk(input)]);
  return [node(), ...measured, ...agents(input.agentsFolder), ...keys(input.secrets)];
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

async function disk({ home, leastFreeBytes }: DoctorInput): Promise<DoctorFinding> {
  try {
    const { bavail, bsize } = await statfs(home);
    const free = bavail * bsize;
    const ok = free >= leastFreeBytes;
    return {
      name: "disk",
      ok,
      detail: `${(free / 1e9).toFixed(1)} GB free in ${home}${ok ? "" : `: no attempt begins below ${(leastFreeBytes / 1e9).toFixed(1)} GB`}`,
      fix: ok
        ? null
        : "Free some space, set OMOIOS_HOME to a folder on a larger disk, or lower sandbox.leastFreeBytes in its config.yaml",
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

/** Not having an agent is no fault of the machine: a scripted one and any program are always there. */
function agents(folder: string): readonly DoctorFinding[] {
  return installableAgents(folder).agents.map(({ id, installed, version }) => ({
    name: `agent ${id}`,
    ok: true,
    detail: installed ? `${version}, installed` : `not installed; get it with: omoios agent install ${id}`,
    fix: null,
  }));
}

const keyUses: Readonly<Record<string, string>> = {
  ANTHROPIC_API_KEY: "models anthropic:… (planner, validator, agent claude)",
  OPENAI_API_KEY: "models openai:… of agents that speak its wire",
};

/** Not having a key is none either: scripted runs need none. */
function keys(secrets: Secrets): readonly DoctorFinding[] {
  return secrets.names().map(({ name, present }) => ({
    name: name.replace("_API_KEY", " key").toLowerCase(),
    ok: true,
    detail: present
      ? `${name} is set, for ${keyUses[name] ?? "models"}`
      : `not set; for ${keyUses[name] ?? "models"} type: export ${name}=… and start the server anew`,
    fix: null,
  }));
}

function reasonOf(error: unknown): string {
  if (error instanceof FaultError) return faultMessage(error.fault);
  return error instanceof Error ? error.message : String(error);
}
