import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ContractServer, token } from "./contract-server.ts";
import { specView } from "./sample-run.ts";

/**
 * A server process as `start-server.ts` expects one: it says on one line that it is ready, or why it cannot be, and ends
 * when it is asked to. Its arguments are the state folder and how it behaves: `dies` without a word, reports a `fault`,
 * or is `older` and answers in words nobody knows any more.
 */
const [home = "", behaviour = "serves"] = process.argv.slice(2);

if (behaviour === "dies") {
  process.stderr.write("the disk is on fire\n");
  process.exitCode = 1;
} else if (behaviour === "fault") {
  const fault = {
    kind: "unavailable",
    message: "Port 2 is taken by pid 7",
    fix: "Choose another with --port",
    retryable: false,
  };
  process.stdout.write(`${JSON.stringify({ type: "fault", fault })}\n`);
} else {
  const view = specView("executing");
  const isOlder = behaviour === "older";
  const server = await ContractServer.open({ before: view, after: view, events: [], isOlder });
  const file = join(home, "server.json");
  const end = async (): Promise<void> => {
    await rm(file, { force: true });
    await server[Symbol.asyncDispose]();
    process.off("SIGTERM", onTerminate);
  };
  server.onStop = () => void end();
  const onTerminate = (): void => void end();
  process.on("SIGTERM", onTerminate);
  await mkdir(home, { recursive: true });
  await writeFile(join(home, "token"), `${token}\n`);
  const about = {
    url: server.url,
    pid: process.pid,
    startedAt: new Date().toISOString(),
    version: isOlder ? "0.0.1" : "0.1.0",
  };
  await writeFile(file, JSON.stringify(about));
  process.stdout.write(`${JSON.stringify({ type: "ready", url: server.url, pid: process.pid })}\n`);
}
