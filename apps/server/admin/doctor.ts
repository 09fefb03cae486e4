import { openLocalSandboxes } from "@omoios/adapters/sandbox-local/provider";
import { processVariables, readEnvironment } from "../config/environment.ts";
import { openHome } from "../config/open-home.ts";
import { readSecrets } from "../config/secrets.ts";
import { doctorFindings } from "../doctor-findings.ts";
import { homePaths } from "../home.ts";
import { runAdminProgram } from "./run-admin-program.ts";

await runAdminProgram(async () => {
  const environment = readEnvironment(processVariables());
  await openHome(environment.home);
  const provider = await openLocalSandboxes({
    root: homePaths(environment.home).sandboxes,
    nodePath: process.execPath,
    programs: [],
  });
  return { findings: await doctorFindings({ home: environment.home, secrets: readSecrets(environment), provider }) };
});
