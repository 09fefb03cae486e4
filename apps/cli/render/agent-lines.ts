import type { AgentList } from "@omoios/contract/agent-list";
import { cleanLine } from "./clean-text.ts";
import { hang } from "./columns.ts";
import type { ResultLayout } from "./spec-result.ts";

/** Agents with where they are, or how to get them, and whose licence holds. */
export function agentLines({ agents }: AgentList, { paint, width }: ResultLayout): readonly string[] {
  return agents.flatMap(({ id, installed, version, folder, licence }) => {
    const state = installed ? `installed in ${folder}` : `not installed; get it with: omoios agent install ${id}`;
    return [
      ...hang(`${paint("strong", id)}  `, cleanLine(`${version}, ${state}`), width),
      ...hang("  licence  ", cleanLine(licence), width).map((line) => paint("quiet", line)),
    ];
  });
}
