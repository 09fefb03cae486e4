import type { SandboxProbe, SandboxProvider } from "@omoios/engine/ports/sandbox";

/**
 * A provider that answers `probe` from memory once a jail has started: a probe starts a real one, and what a machine can
 * do does not change while a process runs. What it cannot do may be mended by a person, so that is looked at again.
 */
export function rememberProbe(provider: SandboxProvider): SandboxProvider {
  let known: Promise<SandboxProbe> | null = null;
  const probe = async (): Promise<SandboxProbe> => {
    known ??= provider.probe();
    const asked = known;
    try {
      const found = await asked;
      if (found.isolation === "none" && known === asked) known = null;
      return found;
    } catch (error) {
      if (known === asked) known = null;
      throw error;
    }
  };
  return {
    id: provider.id,
    probe,
    prepareBase: (request, signal) => provider.prepareBase(request, signal),
    open: (request, signal) => provider.open(request, signal),
    destroy: (id) => provider.destroy(id),
    list: () => provider.list(),
    space: () => provider.space(),
  };
}
