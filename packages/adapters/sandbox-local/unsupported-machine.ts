import { FaultError } from "@omoios/domain/shared/fault";
import type { Base, DiskSpace, Sandbox, SandboxProbe, SandboxProvider } from "@omoios/engine/ports/sandbox";

/** Why no jail can exist on a machine of this kind, whatever is installed; null when one can. */
export function machineObstacle(
  platform: string,
  architecture: string,
): { readonly reason: string; readonly fix: string } | null {
  if (platform !== "linux") {
    return {
      reason: `The local sandbox needs Linux namespaces, which ${platform} does not have.`,
      fix: "Use the Docker sandbox on this machine.",
    };
  }
  if (architecture === "x64" || architecture === "arm64") return null;
  return {
    reason: `The local sandbox has no system-call filter for ${architecture}.`,
    fix: "Use an x64 or arm64 machine, or another sandbox provider.",
  };
}

/** The local provider where there can be no jail: it says so, and refuses. */
export class UnsupportedMachine implements SandboxProvider {
  readonly id = "local";
  readonly #obstacle: { readonly reason: string; readonly fix: string };

  constructor(obstacle: { readonly reason: string; readonly fix: string }) {
    this.#obstacle = obstacle;
  }

  async probe(): Promise<SandboxProbe> {
    return await Promise.resolve({ isolation: "none", layering: "clone", ...this.#obstacle });
  }

  async prepareBase(): Promise<Base> {
    return await Promise.reject(this.#refusal());
  }

  async open(): Promise<Sandbox> {
    return await Promise.reject(this.#refusal());
  }

  async destroy(): Promise<void> {
    await Promise.resolve();
  }

  async list(): Promise<readonly []> {
    return await Promise.resolve([]);
  }

  async space(): Promise<DiskSpace> {
    return await Promise.resolve({ freeBytes: 0, leastBytes: 0 });
  }

  #refusal(): FaultError {
    const { reason, fix } = this.#obstacle;
    return new FaultError({
      kind: "unavailable",
      message: `No sandbox can be opened on this machine: ${reason}`,
      fix,
      retryable: false,
    });
  }
}
