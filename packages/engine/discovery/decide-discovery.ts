import { judgeFoundWork } from "@omoios/domain/discovery/decide";
import type { Discovery } from "@omoios/domain/discovery/discovery";
import { FaultError } from "@omoios/domain/shared/fault";
import { label } from "@omoios/domain/shared/label";
import { discoveryMoved } from "../use-cases/happened.ts";
import { record } from "../use-cases/record.ts";
import { becomeTask, type DiscoveryParts } from "./become-task.ts";

/** A person lets a discovery become a task. The limits are not asked, the gate is; `check` replaces the one it has. */
export async function acceptDiscovery(
  parts: DiscoveryParts,
  given: { readonly discoveryId: string; readonly check: string | null },
): Promise<Discovery> {
  const { projectId } = await parts.discoveries.get(given.discoveryId);
  return record(parts, projectId, async (tx, emit) => {
    await parts.admission.lock(tx);
    const seen = await parts.discoveries.get(given.discoveryId, tx);
    const discovery = given.check === null ? seen : await parts.discoveries.patch(tx, seen, { check: given.check });
    refuseUnfit(discovery);
    await becomeTask(parts, { tx, emit }, { discovery, by: "person" });
    return parts.discoveries.get(discovery.id, tx);
  });
}

/** A person says that it will not be done here. */
export async function dismissDiscovery(
  parts: DiscoveryParts,
  given: { readonly discoveryId: string; readonly reason: string | null },
): Promise<Discovery> {
  const { projectId } = await parts.discoveries.get(given.discoveryId);
  return record(parts, projectId, async (tx, emit) => {
    const seen = await parts.discoveries.get(given.discoveryId, tx);
    const patch = { decidedBy: "person", decidedAt: parts.clock.now(), reason: given.reason } as const;
    const moved = await parts.discoveries.move(tx, seen, { move: "dismiss", patch });
    emit(discoveryMoved(seen, moved, null));
    return moved;
  });
}

function refuseUnfit(discovery: Discovery): void {
  const name = label("DSC", discovery.number);
  const problems = judgeFoundWork(discovery).map(({ at, message, fix }) => ({ at, message, fix }));
  if (discovery.check === null) {
    const fix = `Give a command that fails until it is done: omoios discovery accept ${name} --check "npm test"`;
    problems.push({ at: "check", message: "nothing would prove it", fix });
  }
  if (problems.length > 0) throw new FaultError({ kind: "invalid", message: `${name} cannot become a task`, problems });
}
