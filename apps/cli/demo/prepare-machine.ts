import { FaultError } from "@omoios/domain/shared/fault";
import { buildDashboard } from "../../../scripts/build-dashboard.ts";
import { buildJailPrograms } from "../../../scripts/build-jail-programs.ts";
import { installMissing, type Missing } from "../../../scripts/prerequisites.ts";
import { spell } from "../render/ages.ts";

/**
 * Brings what a run needs and npm cannot bring: programs of the system, installed where that needs nobody's permission,
 * and the programs that run inside jails, compiled when they are missing or stale. Every step says itself. Returns why no
 * jail starts here, which the demo alone can do without.
 */
export async function prepareMachine(say: (line: string) => void): Promise<{ readonly noJail: Missing | null }> {
  const found = await installMissing((line) => say(`${line[0]?.toUpperCase() ?? ""}${line.slice(1)}`));
  const noJail = found.find(({ prerequisite }) => prerequisite.program === "bwrap") ?? null;
  if (found.some((one) => one !== noJail)) {
    throw new FaultError({
      kind: "invalid",
      message: "This machine cannot run the demo yet",
      problems: found.map(({ prerequisite, reason, fix }) => ({ at: prerequisite.name, message: reason, fix })),
    });
  }
  await buildDashboard(say);
  const startedAt = performance.now();
  const built = await buildJailPrograms();
  if (built.length > 0) say(`Built what runs inside the sandboxes (${spell(performance.now() - startedAt)}).`);
  return { noJail };
}
