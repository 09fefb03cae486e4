import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { claudePackages, findClaude } from "@omoios/adapters/agent-claude/installed-claude";
import { FaultError } from "@omoios/domain/shared/fault";
import { processVariables, readEnvironment } from "../config/environment.ts";
import { openHome } from "../config/open-home.ts";
import { installableAgents } from "./installable-agents.ts";
import { runAdminProgram } from "./run-admin-program.ts";

const installWithinMs = 600_000;

await runAdminProgram(async () => {
  const [, , id = ""] = process.argv;
  const environment = readEnvironment(processVariables());
  if (id !== "claude") throw unknownAgent(id);
  await openHome(environment.home);
  const folder = join(environment.agentsFolder, id);
  await mkdir(folder, { recursive: true });
  const manifest = { name: `omoios-agent-${id}`, private: true, dependencies: claudePackages };
  await writeFile(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  await install(folder);
  if (findClaude(environment.agentsFolder) === null) {
    throw installFailed(`npm installed nothing for ${process.platform}-${process.arch}`);
  }
  return installableAgents(environment.agentsFolder);
});

/** With the user's own npm and its configuration; scripts of packages are not run. */
async function install(folder: string): Promise<void> {
  const args = ["install", "--save-exact", "--ignore-scripts", "--no-audit", "--no-fund"];
  await new Promise<void>((resolve, reject) => {
    execFile("npm", args, { cwd: folder, timeout: installWithinMs }, (error, stdout, stderr) => {
      if (error === null) resolve();
      else reject(installFailed((stderr || stdout || error.message).trim().slice(-1000), error));
    });
  });
}

function installFailed(said: string, cause?: Error): FaultError {
  const fix = "Check that npm reaches its registry, then try again";
  const message = `The agent could not be installed: ${said}`;
  return new FaultError({ kind: "unavailable", message, fix, retryable: true }, { cause });
}

function unknownAgent(id: string): FaultError {
  const problem = {
    at: "agent",
    message: `${id} cannot be installed`,
    fix: "Choose claude: omoios agent install claude",
  };
  return new FaultError({ kind: "invalid", message: "There is no such agent", problems: [problem] });
}
