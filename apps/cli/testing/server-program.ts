import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ContractServer, token } from "./contract-server.ts";
import { specView } from "./sample-run.ts";

/**
 * A server process as `start-server.ts` expects one: it says on one line that it is ready, or why it cannot be, and ends
 * when it is asked to. `OMOIOS_PORT` chooses what happens: 1 dies without a word, 2 reports a fault.
 */
const { OMOIOS_HOME: home = "", OMOIOS_PORT: port } = process.env;

if (port === "1") {
  process.stderr.write("the disk is on fire\n");
  process.exit(1);
} else if (port === "2") {
  const fault = {
    kind: "unavailable",
    message: "Port 2 is taken by pid 7",
    fix: "Choose another with --port",
    retryable: false,
  };
  process.stdout.write(`${JSON.stringify({ type: "fault", fault })}\n`);
} else {
  const view = specView("executing");
  const server = await ContractServer.open({ before: view, after: view, events: [] });
  const file = join(home, "server.json");
  const end = async (): Promise<void> => {
    await rm(file, { force: true });
    await server[Symbol.asyncDispose]();
    process.exit(0);
  };
  server.onStop = () => void end();
  process.on("SIGTERM", () => void end());
  await mkdir(home, { recursive: true });
  await writeFile(join(home, "token"), `${token}\n`);
  const about = { url: server.url, pid: process.pid, startedAt: new Date().toISOString(), version: "0.1.0" };
  await writeFile(file, JSON.stringify(about));
  process.stdout.write(`${JSON.stringify({ type: "ready", url: server.url, pid: process.pid })}\n`);
}
