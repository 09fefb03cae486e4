import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli } from "../../apps/cli/testing/run-cli.ts";
import { goodGreeting, greetScenario } from "../e2e/testing/greet-scenario.ts";
import { createRepository, git, Scratch } from "../e2e/testing/scratch.ts";
import { ScriptedMessages } from "./scripted-messages.ts";

const installed = existsSync(join(import.meta.dirname, "claude/node_modules/@anthropic-ai/claude-agent-sdk"));
const how = installed ? "" : " (not installed: npm ci --ignore-scripts --prefix tests/agents/claude)";

/** A library nobody prepared, with a test of its own. */
const library = {
  "package.json": '{ "name": "slugs", "version": "2.1.0", "type": "module", "scripts": { "test": "node --test" } }\n',
  "lib/slug.js": 'export const slug = (text) => text.trim().toLowerCase().replace(/[^a-z0-9]+/g, "-");\n',
  "test/slug.test.js": `import test from "node:test";
import assert from "node:assert/strict";
import { slug } from "../lib/slug.js";

test("words are joined", () => assert.equal(slug("Two Words"), "two-words"));
`,
};

let scratch: Scratch;
let provider: ScriptedMessages;

beforeAll(async () => {
  scratch = await Scratch.create();
  provider = await ScriptedMessages.open();
});
afterAll(async () => {
  await provider[Symbol.asyncDispose]();
  await scratch[Symbol.asyncDispose]();
});

test.skipIf(!installed)(
  `one command, real agent and no scenario: a proven pull request${how}`,
  async () => {
    const { model } = greetScenario();
    provider.structured = (asked) => model[asked.includes("verdicts") ? "validate" : "plan-direct"]?.[0] ?? null;
    const content = "write" in goodGreeting ? goodGreeting.write.content : "";
    provider.script = (answered) =>
      [
        { tool: "Write", input: { file_path: "/workspace/greet.js", content } },
        { tool: "Bash", input: { command: "npm test" } },
        { tool: "mcp__omoios__submit_result", input: { summary: "greet greets by name" } },
      ][answered] ?? { text: "Done." };
    const repository = await createRepository(scratch, "slugs", library);
    const home = scratch.at("home");
    const env = {
      ...{ OMOIOS_HOME: home, OMOIOS_PORT: "0", OMOIOS_AGENTS_DIR: import.meta.dirname },
      ...{ ANTHROPIC_BASE_URL: provider.url, ANTHROPIC_API_KEY: "sk-real-0123456789" },
    };
    const chosen = ["--agent", "claude", "--model", "anthropic:claude-sonnet-4-5", "--size", "direct", "--budget", "5"];
    const args = ["run", "Add a greet function", "--repo", repository, ...chosen, "--yes", "--json"];
    const { code, stdout, stderr } = await runCli(args, { env });
    expect(code, stderr).toBe(0);
    const result: unknown = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
    expect(result).toMatchObject({
      spec: { status: "in_review" },
      criteria: [{ id: "REQ-1.1", met: true }],
      tasks: [{ status: "complete", attempts: 1 }],
    });
    const [project = ""] = readdirSync(join(home, "projects"));
    const hub = join(home, "projects", project, "hub.git");
    const branch = git(hub, "for-each-ref", "--format=%(refname:short)", "refs/heads/spec/");
    expect(git(hub, "show", `${branch}:greet.js`)).toBe(content.trimEnd());
    expect(git(hub, "show", `${branch}:lib/slug.js`)).toContain("toLowerCase");
  },
  300_000,
);
