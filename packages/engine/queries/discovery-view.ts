import type { DiscoveryView } from "@omoios/contract/http-discovery";
import type { Discovery } from "@omoios/domain/discovery/discovery";
import { label } from "@omoios/domain/shared/label";
import type { ReadParts } from "./read-parts.ts";
import { timeOrNull } from "./spec-summary.ts";

/** A discovery with the names of what it is about. */
export async function discoveryView(
  parts: Pick<ReadParts, "specs" | "tasks">,
  discovery: Discovery,
): Promise<DiscoveryView> {
  const { becameTaskId } = discovery;
  const [spec, foundAt, became] = await Promise.all([
    parts.specs.get(discovery.specId),
    parts.tasks.get(discovery.taskId),
    becameTaskId === null ? null : parts.tasks.get(becameTaskId),
  ]);
  const { id, depth, state, title, description, why, criterion, check, requirement, reason } = discovery;
  return {
    ...{ id, depth, state, title, description, why, criterion, check, requirement, reason },
    label: label("DSC", discovery.number),
    spec: label("SPC", spec.number),
    foundAt: label("TSK", foundAt.number),
    files: [...discovery.files],
    decidedBy: discovery.decidedBy,
    task: became === null ? null : label("TSK", became.number),
    digest: discovery.digest,
    reports: discovery.reports,
    reportedAt: discovery.reportedAt.toISOString(),
    decidedAt: timeOrNull(discovery.decidedAt),
  };
}
