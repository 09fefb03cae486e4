import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { FaultError, type Problem } from "@omoios/domain/shared/fault";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { configView } from "./config-view.ts";
import { readEnvironment, type Variables } from "./environment.ts";
import { loadConfig, mergeRepositoryConfig, sourceOf, type LoadedConfig } from "./load-config.ts";
import { openHome } from "./open-home.ts";
import { readSecrets } from "./secrets.ts";

let home: string;
let file: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "omoios-home-"));
  file = join(home, "config.yaml");
});

afterEach(() => rm(home, { recursive: true }));

async function load(text: string | null, variables: Variables = {}): Promise<LoadedConfig> {
  if (text !== null) await writeFile(file, text);
  return loadConfig(readEnvironment({ OMOIOS_HOME: home, ...variables }));
}

async function problemsOf(run: () => Promise<unknown>): Promise<readonly Problem[]> {
  try {
    await run();
  } catch (error) {
    if (error instanceof FaultError && error.fault.kind === "invalid") return error.fault.problems;
    throw error;
  }
  throw new Error("nothing was wrong");
}

describe("sources", () => {
  test("without anything the defaults hold, and say so", async () => {
    const loaded = await load(null);
    expect(loaded.config.server).toEqual({ bind: "127.0.0.1", port: 18_000 });
    expect(sourceOf(loaded, ["server", "port"])).toBe("default");
    expect(loaded.files).toEqual([{ path: file, present: false }]);
  });

  test("an empty file and an empty variable are nothing", async () => {
    expect((await load("# nothing yet\n", { OMOIOS_PORT: "" })).config.server.port).toBe(18_000);
  });

  test("repository over home, environment over both, flag over all; mappings merge, lists replace", async () => {
    const base = await load(
      "server: { port: 1 }\nscheduler: { maxAttempts: 2, retryDelayMs: 5 }\nsetup:\n  copyFiles: [a]\n  env: { A: home, B: home }\n",
      { OMOIOS_PORT: "2" },
    );
    const yaml = "scheduler: { maxAttempts: 4 }\nsetup:\n  copyFiles: [b]\n  env: { B: repository }\n";
    const merged = mergeRepositoryConfig(base, yaml, ".omoios.yaml");
    expect(merged.config.server.port).toBe(2);
    expect(merged.config.scheduler).toMatchObject({ maxAttempts: 4, retryDelayMs: 5 });
    expect(merged.config.setup).toMatchObject({ copyFiles: ["b"], env: { A: "home", B: "repository" } });
    expect(sourceOf(merged, ["server", "port"])).toBe("OMOIOS_PORT");
    expect(sourceOf(merged, ["scheduler", "maxAttempts"])).toBe(".omoios.yaml");
    expect(sourceOf(merged, ["scheduler", "retryDelayMs"])).toBe(file);
    const flag = { rank: "flag", source: "--port", values: { server: { port: 3 } }, locate: () => "--port" } as const;
    const flagged = await loadConfig(readEnvironment({ OMOIOS_HOME: home, OMOIOS_PORT: "2" }), [flag]);
    expect([flagged.config.server.port, sourceOf(flagged, ["server", "port"])]).toEqual([3, "--port"]);
  });
});

describe("problems", () => {
  test("all of them are listed at once, with file, line, what is allowed and the name that was meant", async () => {
    const text = [
      "scheduler:",
      "  slotz: 3",
      "  maxAttempts: 0",
      "  score:",
      "    weights: { age: 2 }",
      "watch:",
      "  nudges: often",
      "nonsense: 1",
    ];
    const problems = await problemsOf(() =>
      load(text.join("\n"), { OMOIOS_PORT: "http", ANTHROPIC_BASE_URL: "models.example" }),
    );
    expect(problems).toEqual([
      {
        at: "ANTHROPIC_BASE_URL",
        message: "is not an http address",
        fix: expect.stringContaining("https://") as string,
      },
      { at: `${file}:3 scheduler.maxAttempts`, message: "is too small: at least 1" },
      { at: `${file}:5 scheduler.score.weights.age`, message: "is too big: at most 1" },
      { at: `${file}:2 scheduler.slotz`, message: "is not a known name", fix: "Did you mean scheduler.slots?" },
      { at: `${file}:7 watch.nudges`, message: "has to be a number" },
      { at: `${file}:8 nonsense`, message: "is not a known name" },
      { at: "OMOIOS_PORT", message: "has to be a number" },
    ]);
  });

  test("YAML that cannot be read names its line", async () => {
    const problems = await problemsOf(() => load("server:\n  port: 1\n  port: 2\n"));
    expect(problems).toEqual([{ at: `${file}:3`, message: expect.stringContaining("unique") as string }]);
    expect((await problemsOf(() => load("- a\n")))[0]?.message).toBe("has to be an object");
  });

  test("a repository cannot speak for the installation, nor copy from outside itself", async () => {
    const base = await load(null);
    const yaml =
      "server: { bind: 0.0.0.0 }\nsetup:\n  copyFiles: [node_modules, ../secrets, /etc/passwd, a/../../b, .git/config]\n";
    const problems = await problemsOf(async () => mergeRepositoryConfig(base, yaml, ".omoios.yaml"));
    expect(problems.map(({ at }) => at)).toEqual([
      ".omoios.yaml:1 server",
      ".omoios.yaml:3 setup.copyFiles[1]",
      ".omoios.yaml:3 setup.copyFiles[2]",
      ".omoios.yaml:3 setup.copyFiles[3]",
      ".omoios.yaml:3 setup.copyFiles[4]",
    ]);
  });

  test("a home that cannot be used is named with the fix", async () => {
    await writeFile(file, "");
    const [problem] = await problemsOf(() => openHome(join(file, "below")));
    expect(problem).toMatchObject({ at: "OMOIOS_HOME", fix: expect.stringContaining("OMOIOS_HOME") as string });
    await openHome(join(home, "fresh", "home"));
  });
});

describe("secrets", () => {
  const key = "sk-ant-0123456789";

  test("are never printed, whatever prints them, and are struck out of texts", () => {
    const secrets = readSecrets(
      readEnvironment({ ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: "https://me:hunter2hunter2@models.example" }),
    );
    expect(secrets.anthropicApiKey).toBe(key);
    for (const shown of [JSON.stringify({ secrets }), inspect(secrets), inspect({ deep: { secrets } })]) {
      expect(shown).not.toContain(key);
      expect(shown).not.toContain("hunter2");
    }
    expect(secrets.redact(`curl -H ${key} https://me:hunter2hunter2@x`)).toBe(
      "curl -H [ANTHROPIC_API_KEY] https://me:[password of ANTHROPIC_BASE_URL]@x",
    );
  });

  test("the configuration that is shown has none of them, even where one was written into a setting", async () => {
    const loaded = await load(`setup: { env: { TOKEN: ${key} } }`);
    const view = configView(loaded, readSecrets(readEnvironment({ ANTHROPIC_API_KEY: key })));
    expect(JSON.stringify(view)).not.toContain(key);
    expect(view.values).toContainEqual({ path: "setup.env.TOKEN", value: "[ANTHROPIC_API_KEY]", source: file });
    expect(view.values).toContainEqual({ path: "server.port", value: 18_000, source: "default" });
    expect(view.secrets).toEqual([
      { name: "ANTHROPIC_API_KEY", present: true },
      { name: "OPENAI_API_KEY", present: false },
    ]);
  });
});
