import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { agentListSchema } from "@omoios/contract/agent-list";
import { doctorSchema } from "@omoios/contract/http-system";
import { runCli } from "../testing/run-cli.ts";

const key = "sk-ant-0123456789";
const notInstalled = "not installed; get it with: omoios agent install claude";
let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "omoios-agents-"));
});

afterEach(() => rm(home, { recursive: true }));

const omoios = (...args: readonly string[]) =>
  runCli(args, { env: { OMOIOS_HOME: home, ANTHROPIC_API_KEY: key, PATH: process.env["PATH"] ?? "" } });

/** What `omoios agent install claude` leaves behind, as far as anybody looks for it. */
async function install(): Promise<string> {
  const folder = join(home, "agents", "claude");
  const modules = join(folder, "node_modules", "@anthropic-ai");
  const binary = `claude-agent-sdk-${process.platform}-${process.arch}/claude`;
  for (const name of ["claude-agent-sdk/sdk.mjs", binary]) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await writeFile(join(modules, name), "");
  }
  return folder;
}

async function isListed(): Promise<boolean | undefined> {
  const { stdout } = await omoios("agent", "list", "--json");
  return agentListSchema.parse(JSON.parse(stdout)).agents.find(({ id }) => id === "claude")?.installed;
}

describe("omoios agent remove", () => {
  test("takes the agent's folder and nothing beside it, and says what a running server needs", async () => {
    const folder = await install();
    const neighbour = join(home, "agents", "mine");
    await mkdir(neighbour);
    expect(await isListed()).toBe(true);
    const { code, stdout } = await omoios("agent", "remove", "claude");
    expect([code, stdout]).toEqual([0, "Removed claude. A running server forgets it after a restart: omoios stop\n"]);
    expect([existsSync(folder), existsSync(neighbour)]).toEqual([false, true]);
    expect(await isListed()).toBe(false);
  });

  test.each(["claude", "../agents"])("what is not installed (%j) is refused, and nothing is touched", async (id) => {
    const kept = join(home, "agents", "kept");
    await mkdir(kept, { recursive: true });
    const { code, stderr } = await omoios("agent", "remove", id);
    expect(code).not.toBe(0);
    expect(stderr).toContain("There is nothing to remove");
    expect(existsSync(kept)).toBe(true);
  });
});

test("doctor says how to get an agent that is not there and knows one that is; a key is named, never shown", async () => {
  const findings = async () => {
    const { stdout } = await omoios("doctor", "--json");
    expect(stdout).not.toContain(key);
    return doctorSchema.parse(JSON.parse(stdout)).findings;
  };
  const agent = { name: "agent claude", ok: true, fix: null };
  const before = await findings();
  expect(before).toContainEqual({ ...agent, detail: notInstalled });
  const keyDetail = before.find(({ name }) => name === "anthropic key")?.detail;
  expect(keyDetail).toMatch(/^ANTHROPIC_API_KEY is set/u);
  await install();
  const detail = expect.stringMatching(/^@anthropic-ai\/claude-agent-sdk [\d.]+, installed$/u) as string;
  expect(await findings()).toContainEqual({ ...agent, detail });
});
