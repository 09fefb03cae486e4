import { existsSync, watch } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { apiPaths } from "@omoios/contract/http";
import { acceptedSchema } from "@omoios/contract/http-system";
import { serverFileName } from "@omoios/contract/server-file";
import { FaultError } from "@omoios/domain/shared/fault";
import type { ApiClient } from "../client/api-client.ts";
import { ProblemError } from "../client/problem-error.ts";

/** How long a server may take to park its work and end. */
const stopMs = 15_000;
const pidPollMs = 20;

/** Asks a server to park its work and end. */
export async function askToStop(client: ApiClient): Promise<void> {
  await client.post(apiPaths.stop, acceptedSchema);
}

/**
 * Has the server of this home end, whatever version it is: one that no longer understands the request, or answers in
 * words of its own, ends on the signal, once it has shown that it is the server of this home.
 */
export async function stopHomeServer(client: ApiClient, pid: number): Promise<void> {
  try {
    await askToStop(client);
  } catch (error) {
    const isRefused = error instanceof ProblemError && error.problem.kind === "unauthenticated";
    if (isRefused || !(error instanceof ProblemError || error instanceof FaultError)) throw error;
    if (!(await takesOnlyOurToken(client))) throw error;
    if (isAlive(pid)) process.kill(pid, "SIGTERM");
  }
}

/** Whoever has taken the address of a server that is gone does not know its token. */
async function takesOnlyOurToken({ endpoint: { url, token } }: ApiClient): Promise<boolean> {
  const path = `${url}${apiPaths.status}`;
  const [stranger, us] = await Promise.all([
    fetch(path),
    fetch(path, { headers: { authorization: `Bearer ${token ?? ""}` } }),
  ]);
  await Promise.all([stranger.body?.cancel(), us.body?.cancel()]);
  return stranger.status === 401 && us.status !== 401;
}

/**
 * Waits until the server of this home is gone: it removes its `server.json` when it is done, which wakes us; of the
 * process itself, which is not our child, no system tells the end, so its last milliseconds are polled.
 */
export async function waitForEnd(home: string, pid: number): Promise<void> {
  const deadline = AbortSignal.timeout(stopMs);
  const path = join(home, serverFileName);
  const watcher = watch(home);
  try {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (deadline.aborted || !existsSync(path)) resolve();
      };
      watcher.on("change", look);
      deadline.addEventListener("abort", look, { once: true });
      look();
    });
  } finally {
    watcher.close();
  }
  while (isAlive(pid) && !deadline.aborted) await pause(pidPollMs);
  if (!isAlive(pid)) return;
  const message = `The server (pid ${pid}) has not ended after ${stopMs / 1000} s`;
  throw new FaultError({
    kind: "unavailable",
    message,
    fix: `End it with: kill -9 ${pid}   (omoios up goes on from the last commit)`,
    retryable: true,
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
