import { existsSync } from "node:fs";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { apiPaths } from "@omoios/contract/http";
import { statusSchema } from "@omoios/contract/http-system";
import { ApiClient } from "../client/api-client.ts";
import { InterruptedError } from "../interrupt.ts";
import { runCli } from "../testing/run-cli.ts";
import { token } from "../testing/contract-server.ts";
import { closeSession } from "./session.ts";
import { startServer, type StartOptions } from "./start-server.ts";

const program = fileURLToPath(new URL("../testing/server-program.ts", import.meta.url));

async function options(behaviour = "serves", change: Partial<StartOptions> = {}): Promise<StartOptions> {
  const home = join(await mkdtemp(join(tmpdir(), "omoios-cli-")), "deep", "home");
  return {
    home,
    port: null,
    env: {},
    say: () => undefined,
    signal: new AbortController().signal,
    entry: [program, home, behaviour],
    ...change,
  };
}

describe("startServer", () => {
  test("waits for the ready line; closing the session asks it to stop and waits for its end", async () => {
    const start = await options();
    const own = await startServer(start);
    const client = new ApiClient({ url: own.url, token, fix: "" }, "0.1.0");
    expect((await client.get(apiPaths.status, statusSchema)).pid).toBe(own.pid);
    await closeSession({ client, own });
    expect(await own.ended).toEqual({ code: 0, signal: null });
    expect(existsSync(join(start.home, "server.json"))).toBe(false);
  });

  test("a fault of the server is ours, with its fix", async () => {
    await expect(startServer(await options("fault"))).rejects.toMatchObject({
      fault: { kind: "unavailable", message: "Port 2 is taken by pid 7", fix: "Choose another with --port" },
    });
  });

  test("one that dies without a word leaves its last words in the message and the log", async () => {
    const start = await options("dies");
    await expect(startServer(start)).rejects.toThrow("Its last words:\nthe disk is on fire");
    expect(await readFile(join(start.home, "logs", "server.log"), "utf8")).toBe("the disk is on fire\n");
  });

  test("an interruption ends a server that is not ready", async () => {
    const signal = AbortSignal.abort(new InterruptedError("Interrupted"));
    await expect(startServer(await options("serves", { signal }))).rejects.toBeInstanceOf(InterruptedError);
  });

  test("a home that cannot be made is refused", async () => {
    await expect(startServer(await options("serves", { home: "/dev/null/home" }))).rejects.toMatchObject({
      fault: { kind: "invalid", problems: [{ at: "--home" }] },
    });
  });
});

describe("a server that runs already", () => {
  test("of another version is stopped as well, whatever it answers", async () => {
    const start = await options("older");
    const own = await startServer(start);
    const stopped = await runCli(["stop", "--home", start.home]);
    expect(stopped).toMatchObject({ code: 0, stderr: "" });
    expect(stopped.stdout).toContain("Stopped a server of another version");
    expect(await own.ended).toMatchObject({ code: 0 });
  });

  test("a second up names it and exits 2; stop ends it and waits; a second stop finds none", async () => {
    const start = await options();
    const own = await startServer(start);
    const second = await runCli(["up", "--home", start.home]);
    expect(second.code).toBe(2);
    expect(second.stderr.replaceAll(/\s+/gu, " ")).toContain(`${own.url} (pid ${own.pid})`);
    const stopped = await runCli(["stop", "--home", start.home]);
    expect(stopped).toEqual({ code: 0, stdout: "Stopped. No work was under way.\n", stderr: "" });
    await own.ended;
    const again = await runCli(["stop", "--home", start.home, "--json"]);
    expect(JSON.parse(again.stdout)).toEqual({ type: "stopped", wasRunning: false, parked: [] });
  });
});
