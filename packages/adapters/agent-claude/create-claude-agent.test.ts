import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createClaudeAgent } from "./create-claude-agent.ts";
import { ClaudeSession, userMessage } from "./claude-session.ts";
import type { UserMessage } from "./claude-sdk.ts";
import { findClaude } from "./installed-claude.ts";
import { WaitingLine } from "./waiting-line.ts";

// What needs the real binary is in tests/agents.

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "omoios-agents-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("an agent that is not installed is refused with what to type", async () => {
  expect(findClaude(folder)).toBeNull();
  const agent = createClaudeAgent({
    installed: null,
    jailPath: "/opt/agents/claude/claude",
    maxTurns: 9,
    startsAtOnce: 1,
  });
  const fix = expect.stringContaining("omoios agent install claude") as string;
  await expect(agent.check("messages")).rejects.toMatchObject({
    fault: { kind: "invalid", problems: [{ at: "--agent", fix }] },
  });
});

test("an installation counts when both its parts are there", async () => {
  const modules = join(folder, "claude/node_modules/@anthropic-ai");
  const sdkPath = join(modules, "claude-agent-sdk/sdk.mjs");
  const binaryPath = join(modules, `claude-agent-sdk-${process.platform}-${process.arch}`, "claude");
  for (const path of [sdkPath, binaryPath]) {
    expect(findClaude(folder)).toBeNull();
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, "");
  }
  const installed = findClaude(folder);
  expect(installed).toEqual({ sdkPath, binaryPath });
  const agent = createClaudeAgent({ installed, jailPath: "/opt/agents/claude/claude", maxTurns: 9, startsAtOnce: 1 });
  await expect(agent.check("messages")).resolves.toBeUndefined();
  await expect(agent.check("chat")).rejects.toMatchObject({ fault: { problems: [{ at: "models.agent" }] } });
});

const init = { type: "system", subtype: "init", permissionMode: "bypassPermissions" };
const result = { type: "result", subtype: "success", is_error: false, result: "Done." };

/** A session over messages as the SDK gives them. */
function session(messages: readonly unknown[], failure?: Error) {
  async function* told(): AsyncGenerator<unknown> {
    yield* messages;
    await Promise.resolve();
    if (failure !== undefined) throw failure;
  }
  const said = new WaitingLine<UserMessage>();
  said.add(userMessage("Work."));
  const nothing = (): void => undefined;
  const conversation = {
    said,
    activity: new WaitingLine<never>(),
    messages: told(),
    kill: nothing,
    onStarted: nothing,
  };
  return new ClaudeSession({ ...conversation, complaint: () => "no model" }, new AbortController().signal);
}

test.each([
  [[init, result], { kind: "ended", summary: "Done." }],
  [
    [init, { ...result, is_error: true, terminal_reason: "api_error" }],
    { kind: "crashed", message: "api_error: Done." },
  ],
  [
    [init, { type: "result", subtype: "error_max_turns", is_error: true }],
    { kind: "crashed", message: expect.stringContaining("agents.claude.maxTurns") as string },
  ],
  [
    [{ ...init, permissionMode: "default" }, result],
    { kind: "crashed", message: expect.stringContaining("mode default") as string },
  ],
  [
    [init, { type: "system", subtype: "api_retry", error_status: 401 }, result],
    { kind: "crashed", message: expect.stringContaining("401") as string },
  ],
  [[init, { type: "of_tomorrow" }], { kind: "crashed", message: "it ended without a result" }],
])("%j ends as %j", async (messages, outcome) => {
  expect(await session(messages).outcome).toEqual(outcome);
});

test("a throw after a result says nothing new; one without a result says why it crashed", async () => {
  expect(await session([init, result], new Error("exit 1")).outcome).toMatchObject({ kind: "ended" });
  expect(await session([init], new Error("exit 1")).outcome).toEqual({ kind: "crashed", message: "exit 1: no model" });
});

test("what it says and does is told as text", async () => {
  const content = [
    { type: "text", text: "I write." },
    { type: "tool_use", id: "t", name: "Write", input: { path: "a" } },
  ];
  const answer = [{ type: "tool_result", tool_use_id: "t", content: [{ type: "text", text: "written" }] }];
  const messages = [
    init,
    { type: "assistant", message: { content } },
    { type: "user", message: { content: answer } },
    result,
  ];
  const working = session(messages);
  let text = "";
  for await (const piece of working.activity) text += piece.text;
  expect(text).toBe('I write.\n▸ Write {"path":"a"}\nwritten\n');
});
