import { processVariables, readEnvironment } from "../config/environment.ts";
import { installableAgents } from "./installable-agents.ts";
import { runAdminProgram } from "./run-admin-program.ts";

await runAdminProgram(() => Promise.resolve(installableAgents(readEnvironment(processVariables()).agentsFolder)));
