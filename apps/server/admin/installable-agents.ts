import { join } from "node:path";
import { claudeLicence, claudePackages, claudeSdk, findClaude } from "@omoios/adapters/agent-claude/installed-claude";
import type { AgentList } from "@omoios/contract/agent-list";

/** The agents this version can install, and whether they are in this folder. */
export function installableAgents(folder: string): AgentList {
  return {
    agents: [
      {
        id: "claude",
        installed: findClaude(folder) !== null,
        version: `${claudeSdk} ${claudePackages[claudeSdk]}`,
        folder: join(folder, "claude"),
        licence: claudeLicence,
      },
    ],
  };
}
