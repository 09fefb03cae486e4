import { openLocalSandboxes } from "@omoios/adapters/sandbox-local/provider";
import { processVariables, readEnvironment } from "../config/environment.ts";
import { loadConfig } from "../config/load-config.ts";
import { openHome } from "../config/open-home.ts";
import { readSecrets } from "../config/secrets.ts";
import { doctorFindings } from "../doctor-findings.ts";
import { homePaths } from "../home.ts";
import { runAdminProgram } from "./run-admin-program.ts";

await runAdminProgram(async () => {
  const environment = readEnvironment(processVariables());
  const { home, agentsFolder } = environment;
  await openHome(home);
  const provider = await openLocalSandboxes({
    root: homePaths(home).sandboxes,
    nodePath: process.execPath,
    programs: [],
  });
  const { config } = await loadConfig(environment);
  const { leastFreeBytes } = config.sandbox;
  const secrets = readSecrets(environment);
  return { findings: await doctorFindings({ home, agentsFolder, secrets, provider, leastFreeBytes }) };
});
