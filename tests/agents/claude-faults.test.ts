import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createClaudeAgent } from "@omoios/adapters/agent-claude/create-claude-agent";
import { findClaude } from "@omoios/adapters/agent-claude/installed-claude";
import { createBridgeServer } from "@omoios/adapters/bridge/serve-sandbox";
import { gatewaySocket, openGateway } from "@omoios/adapters/gateway/open-gateway";
import { ProviderWait } from "@omoios/engine/ports/gateway";
import type { AgentSession } from "@omoios/engine/ports/agent-runtime";
import type { ExchangeEnd } from "@omoios/engine/ports/models";
import type { Base, Sandbox, SandboxProvider } from "@omoios/engine/ports/sandbox";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  never,
  processesNaming,
  SandboxFixture,
  sh,
} from "../../packages/adapters/sandbox-local/testing/sandbox-fixture.ts";
import { buildJailPrograms } from "../../scripts/build-jail-programs.ts";
import { ScriptedMessages, type Saying } from "./scripted-messages.ts";

const installed = existsSync(join(import.meta.dirname, "claude/node_modules/@anthropic-ai/claude-agent-sdk"));
const how = installed ? "" : " (not installed: npm ci --ignore-scripts --prefix tests/agents/claude)";
const key = "sk-real-0123456789";
const jailPath = "/opt/agents/claude/claude";
const lastWords: Saying = { text: "done" };
const ended = { kind: "ended", summary: "done" };

/** One tool, then the end. */
const briefly =
  (command: string): ((answered: number) => Saying) =>
  (answered) =>
    answered === 0 ? { tool: "Bash", input: { command } } : lastWords;

describe.skipIf(!installed)(`faults around the agent claude${how}`, () => {
  let fixture: SandboxFixture;
  let sandboxes: SandboxProvider;
  let base: Base;
  let commit: string;
  let provider: ScriptedMessages;
  let made = 0;

  beforeAll(async () => {
    await buildJailPrograms();
    fixture = new SandboxFixture();
    provider = await ScriptedMessages.open();
    const bridge = fileURLToPath(new URL("../../packages/adapters/bridge/dist", import.meta.url));
    const binary = findClaude(import.meta.dirname)?.binaryPath ?? "";
    sandboxes = await fixture.provider({
      programs: [
        { hostPath: bridge, jailPath: "/opt/agents/bridge" },
        { hostPath: binary, jailPath, forAgents: true },
      ],
    });
    commit = fixture.project.commit({ "a.txt": "one\n" });
    base = await sandboxes.prepareBase(fixture.baseRequest(commit), never);
  });

  beforeEach(() => {
    provider.asked.length = 0;
    provider.script = briefly("true");
  });

  afterAll(async () => {
    await provider[Symbol.asyncDispose]();
    fixture.remove();
  });

  /** The agent at work in a jail of its own, with the real gateway between it and the provider. */
  async function start(options: { readonly maxTurns?: number; readonly silenceMs?: number } = {}) {
    const opened = new AsyncDisposableStack();
    const stops: Error[] = [];
    const ends: ExchangeEnd[] = [];
    const sandbox: Sandbox = await sandboxes.open(
      fixture.request(crypto.randomUUID(), { base, commit }, { bridge: true, branch: `task/TSK-${(made += 1)}` }),
      never,
    );
    opened.use(sandbox);
    const serve = createBridgeServer({
      relayPath: "/opt/agents/bridge/relay.mjs",
      nodePath: "/opt/node/bin/node",
      ports: { [gatewaySocket]: 8787 },
    });
    const door = await openGateway({
      upstreamOf: () => ({
        ...{ provider: "anthropic", name: "claude-sonnet-4-5", baseUrl: `${provider.url}/v1`, key },
        keySetting: "ANTHROPIC_API_KEY",
      }),
      serve,
      now: () => new Date(),
      onError: (error) => stops.push(error instanceof Error ? error : new Error(String(error))),
      silenceMs: options.silenceMs ?? 60_000,
    }).open({
      sandbox,
      model: "anthropic:claude-sonnet-4-5",
      meter: (call) =>
        Promise.resolve({
          outputTokens: call.wantedOutputTokens,
          end: (end) => Promise.resolve(void ends.push(end)),
        }),
      onStop: (why) => stops.push(why),
    });
    opened.use(door);
    const agent = createClaudeAgent({
      ...{ installed: findClaude(import.meta.dirname), jailPath, startsAtOnce: 1 },
      maxTurns: options.maxTurns ?? 50,
    });
    const session = await agent.start({
      ...{ sandbox, specId: "s", taskTitle: "T", attemptNumber: 1, brief: "Do it.", messages: [], signal: never },
      ...{ kind: "implementation" as const, turn: 1 },
      models: door.access,
      tools: { socketPath: "", path: "/mcp", url: "http://127.0.0.1:1/mcp" },
    });
    return {
      session,
      sandbox,
      stops,
      ends,
      token: door.access.token,
      [Symbol.asyncDispose]: () => opened.disposeAsync(),
    };
  }

  async function outcomeOf(session: AgentSession) {
    let text = "";
    for await (const piece of session.activity) text += piece.text;
    return { outcome: await session.outcome, text };
  }

  /** Says this once, and what was scripted before and after. */
  function once(saying: Saying): void {
    let said = false;
    const { script } = provider;
    provider.script = (answered, asked) => {
      if (said) return script(answered, asked);
      said = true;
      return saying;
    };
  }

  const refusals = [
    { what: "a refused key", saying: { status: 401 }, stop: { fault: { problems: [{ at: "ANTHROPIC_API_KEY" }] } } },
    {
      what: "a long limit",
      saying: { status: 429, headers: { "retry-after": "600" } },
      stop: { name: "ProviderWait" },
    },
  ] as const;
  test.each(refusals)("$what ends it at once, with the real reason", async ({ saying, stop }) => {
    provider.script = () => saying;
    await using work = await start();
    expect((await outcomeOf(work.session)).outcome.kind).toBe("crashed");
    expect(work.stops[0]).toMatchObject(stop);
    expect(provider.asked).toHaveLength(1);
    if (stop === refusals[1].stop) expect(work.stops[0]).toBeInstanceOf(ProviderWait);
  });

  test.each<{ readonly what: string; readonly saying: Saying }>([
    { what: "a short limit", saying: { status: 429, headers: { "retry-after": "1" } } },
    { what: "an overload", saying: { status: 529 } },
    { what: "a cut stream", saying: { cut: true } },
    { what: "a malformed stream", saying: { malformed: true } },
    { what: "silence", saying: { hang: true } },
  ])("$what is survived: the work goes on to its end", async ({ saying }) => {
    once(saying);
    await using work = await start({ silenceMs: 2000 });
    expect((await outcomeOf(work.session)).outcome).toEqual(ended);
    expect(work.stops).toEqual([]);
  });

  test("a tool called with what is no JSON is the model's to mend", async () => {
    once({ brokenInputOf: "Bash" });
    provider.script = (
      (script) => (answered: number, asked: (typeof provider.asked)[number]) =>
        script(Math.max(0, answered - 1), asked)
    )(provider.script);
    await using work = await start();
    expect((await outcomeOf(work.session)).outcome).toEqual(ended);
    expect(JSON.stringify(provider.asked.at(-1)?.body.messages)).toContain('"is_error":true');
  });

  test("a request the provider calls wrong is a crash, though the agent calls it a success", async () => {
    provider.script = () => ({ status: 400 });
    await using work = await start();
    expect((await outcomeOf(work.session)).outcome).toMatchObject({ kind: "crashed" });
  });

  test("one that only talks has ended without handing anything in", async () => {
    provider.script = () => ({ text: "I think I am done." });
    await using work = await start();
    expect((await outcomeOf(work.session)).outcome).toEqual({ kind: "ended", summary: "I think I am done." });
  });

  test("one that never comes to an end is stopped by its turns, and the setting is named", async () => {
    provider.script = () => ({ tool: "Bash", input: { command: "true" } });
    await using work = await start({ maxTurns: 3 });
    const { outcome } = await outcomeOf(work.session);
    expect(outcome).toMatchObject({
      kind: "crashed",
      message: expect.stringContaining("agents.claude.maxTurns") as string,
    });
  });

  test("what is said to it while a tool runs reaches its next request", async () => {
    provider.script = briefly("touch started; while [ ! -e go ]; do perl -e 'select undef, undef, undef, 0.1'; done");
    await using work = await start();
    const outcome = outcomeOf(work.session);
    await expect.poll(async () => (await sh(work.sandbox, "ls started")).exitCode, { timeout: 60_000 }).toBe(0);
    work.session.send("Use the metric system.");
    await sh(work.sandbox, "touch go");
    expect((await outcome).outcome).toEqual(ended);
    expect(JSON.stringify(provider.asked.at(-1)?.body.messages)).toContain("metric system");
  });

  test("stopped in the middle of a tool it is gone, with everything it started", async () => {
    const mark = `4321${Date.now() % 1_000_000}`;
    provider.script = briefly(`setsid sleep ${mark} & touch started; perl -e 'sleep ${mark}'`);
    await using work = await start();
    const outcome = outcomeOf(work.session);
    await expect.poll(async () => (await sh(work.sandbox, "ls started")).exitCode, { timeout: 60_000 }).toBe(0);
    await work.session.stop();
    expect((await outcome).outcome).toEqual({ kind: "stopped" });
    await work.sandbox.close();
    await expect.poll(() => processesNaming(mark), { timeout: 10_000 }).toEqual([]);
  });

  test("no key and no token is on disk inside; the key is in no process either, and there is no other way out", async () => {
    // Written so that the probe does not find itself, on a command line or in the session's file.
    const probe = [
      "places='/home /tmp /workspace /etc /opt/agents/bridge'",
      `echo "processes: $(cat /proc/*/environ /proc/*/cmdline 2>/dev/null | tr '\\0' '\\n' | grep -c 'sk-r[e]al')"`,
      `echo "disk: $({ grep -rls 'sk-r[e]al' $places; grep -rlsF "$ANTHROPIC_API_KEY" $places; } | tr '\\n' ' ')"`,
      `echo "planted: $(echo "$ANTHROPIC_API_KEY" > /tmp/p; grep -rlsF "$ANTHROPIC_API_KEY" /tmp | wc -l; rm /tmp/p)"`,
      `/opt/node/bin/node -e 'require("net").connect(443,"1.1.1.1").on("error",(e)=>console.log(e.code))'`,
    ].join("; ");
    provider.script = briefly(probe);
    await using work = await start();
    const { outcome, text } = await outcomeOf(work.session);
    expect(outcome).toEqual(ended);
    expect(text).toContain("processes: 0\ndisk: \nplanted: 1\nENETUNREACH");
    expect(text).not.toContain(key);
    expect(JSON.stringify(provider.asked.map(({ body }) => body))).not.toContain(key);
  });

  test("ten at once all come to their end", async () => {
    const works = await Promise.all(Array.from({ length: 10 }, () => start()));
    try {
      const outcomes = await Promise.all(works.map(({ session }) => outcomeOf(session)));
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 10 }, () => ended));
    } finally {
      for (const work of works) await work[Symbol.asyncDispose]();
    }
  });
});
