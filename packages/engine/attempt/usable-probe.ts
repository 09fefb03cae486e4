import { FaultError } from "@omoios/domain/shared/fault";
import type { SandboxProbe, SandboxProvider } from "../ports/sandbox.ts";

/** What sandboxes are worth here; throws, with the reason and the way out, where they would hold nothing back. */
export async function usableProbe(provider: Pick<SandboxProvider, "probe">): Promise<SandboxProbe> {
  const probe = await provider.probe();
  if (probe.isolation !== "none" || probe.isUsable === true) return probe;
  throw new FaultError({
    kind: "unavailable",
    message: probe.reason ?? "No sandbox can be started on this machine",
    ...(probe.fix === undefined ? {} : { fix: probe.fix }),
    retryable: false,
  });
}
