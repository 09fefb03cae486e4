import { rm } from "node:fs/promises";
import { join } from "node:path";
import { FaultError } from "@omoios/domain/shared/fault";
import { processVariables, readEnvironment } from "../config/environment.ts";
import { installableAgents } from "./installable-agents.ts";
import { runAdminProgram } from "./run-admin-program.ts";

await runAdminProgram(async () => {
  const [, , id = ""] = process.argv;
  const { agentsFolder } = readEnvironment(processVariables());
  const { agents } = installableAgents(agentsFolder);
  const agent = agents.find((one) => one.id === id);
  if (agent?.installed !== true) {
    const installed = agents.filter((one) => one.installed).map((one) => one.id);
    const fix = installed.length === 0 ? "There is nothing to remove" : `Choose one of: ${installed.join(", ")}`;
    throw new FaultError({ kind: "not-found", what: "The installed agent", id, fix });
  }
  await rm(join(agentsFolder, id), { recursive: true });
  return installableAgents(agentsFolder);
});
