import { FaultError } from "@omoios/domain/shared/fault";
import { ProviderWait, type AgentCall, type Door } from "@omoios/engine/ports/gateway";
import type { ExchangeEnd } from "@omoios/engine/ports/models";
import type { Sandbox, SandboxProvider } from "@omoios/engine/ports/sandbox";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { buildJailPrograms } from "../../../scripts/build-jail-programs.ts";
import { never, SandboxFixture, sh, whyNoJail } from "../sandbox-local/testing/sandbox-fixture.ts";
import { createBridgeServer } from "../bridge/serve-sandbox.ts";
import { gatewaySocket, openGateway } from "./open-gateway.ts";

await buildJailPrograms();
const obstacle = await whyNoJail();
const key = "sk-real-0123456789";
const body = { model: "claude-test", max_tokens: 100, messages: [{ role: "user", content: "Hi" }] };

interface Seen {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

const sse = (value: { readonly type: string }): string => `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`;
const begin = sse({ type: "message_start", message: { usage: { input_tokens: 9, output_tokens: 1 } } } as never);
const end = sse({ type: "message_delta", delta: {}, usage: { output_tokens: 5 } } as never);

describe.skipIf(obstacle !== null)(`the gateway${obstacle === null ? "" : ` (${obstacle})`}`, () => {
  const fixture = new SandboxFixture();
  const seen: Seen[] = [];
  const calls: AgentCall[] = [];
  const ends: ExchangeEnd[] = [];
  const stops: Error[] = [];
  const troubles: unknown[] = [];
  let respond: (response: ServerResponse, request: IncomingMessage) => void;
  let refusal: Error | null;
  let provider: SandboxProvider;
  let sandbox: Sandbox;
  let door: Door;
  let upstreamUrl: string;

  const upstream = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (piece: string) => (text += piece));
    request.on("end", () => {
      seen.push({ url: request.url ?? "", headers: request.headers, body: JSON.parse(text) });
      respond(response, request);
    });
  });

  const open = (over: Sandbox) =>
    openGateway({
      upstreamOf: () => ({
        ...{ provider: "anthropic", name: "claude-test", baseUrl: `${upstreamUrl}/v1`, key },
        keySetting: "ANTHROPIC_API_KEY",
      }),
      serve: createBridgeServer({
        relayPath: "/opt/agents/bridge/relay.mjs",
        nodePath: "/opt/node/bin/node",
        ports: { [gatewaySocket]: 8787 },
      }),
      now: () => new Date("2026-03-01T10:00:00.000Z"),
      onError: (error) => troubles.push(error),
    }).open({
      sandbox: over,
      model: "anthropic:claude-test",
      meter: (call) => {
        calls.push(call);
        if (refusal !== null) return Promise.reject(refusal);
        return Promise.resolve({ outputTokens: 60, end: (how) => Promise.resolve(void ends.push(how)) });
      },
      onStop: (why) => stops.push(why),
    });

  beforeAll(async () => {
    upstream.listen(0, "127.0.0.1");
    await once(upstream, "listening");
    upstreamUrl = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
    const relay = fileURLToPath(new URL("../bridge/dist", import.meta.url));
    provider = await fixture.provider({ programs: [{ hostPath: relay, jailPath: "/opt/agents/bridge" }] });
    const commit = fixture.project.commit({ "a.txt": "one\n" });
    const base = await provider.prepareBase(fixture.baseRequest(commit), never);
    sandbox = await provider.open(fixture.request("gateway", { base, commit }, { bridge: true }), never);
    door = await open(sandbox);
  });

  beforeEach(() => {
    refusal = null;
    respond = (response) => response.writeHead(200, { "content-type": "text/event-stream" }).end(begin + end);
  });

  afterEach(() => {
    for (const list of [seen, calls, ends, stops]) list.length = 0;
  });

  afterAll(async () => {
    await door[Symbol.asyncDispose]();
    await sandbox[Symbol.asyncDispose]();
    upstream.closeAllConnections();
    upstream.close();
    fixture.remove();
    expect(troubles).toEqual([]);
  });

  /** Asks from inside the jail, as an agent would. */
  async function ask(options: { path?: string; token?: string; body?: object; script?: string } = {}) {
    const { baseUrl, token } = door.access;
    const script = `
      const response = await fetch("${baseUrl}${options.path ?? "/v1/messages?beta=true"}", {
        method: "POST", body: process.argv[1],
        headers: { "x-api-key": "${options.token ?? token}", "anthropic-beta": "context-1m-2025-08-07,claude-code-20250219",
          cookie: "a=b", "x-other": "y", "accept-encoding": "gzip" } });
      ${options.script ?? 'console.log(JSON.stringify({ status: response.status, retry: response.headers.get("x-should-retry"), text: await response.text() }));'}`;
    const argv = ["/opt/node/bin/node", "--input-type=module", "-e", script, JSON.stringify(options.body ?? body)];
    const { stdout, stderr } = await sandbox.run({ argv, timeoutMs: 20_000 });
    if (stdout === "") throw new Error(stderr);
    return JSON.parse(stdout) as { status: number; retry: string | null; text: string };
  }

  test("adds the key, passes only what is listed, asks for what was granted, and books what was used", async () => {
    expect(await ask({ body: { ...body, speed: "fast" } })).toMatchObject({ status: 200, text: begin + end });
    const [{ url, headers, body: sent } = { url: "", headers: {}, body: null }] = seen;
    expect([url, sent]).toEqual(["/v1/messages", { ...body, max_tokens: 60 }]);
    expect(headers).toMatchObject({
      "x-api-key": key,
      "accept-encoding": "identity",
      "anthropic-beta": "claude-code-20250219",
    });
    expect(["cookie", "x-other", "authorization"].filter((name) => name in headers)).toEqual([]);
    expect(JSON.stringify(seen)).not.toContain(door.access.token);
    expect(calls).toMatchObject([
      {
        model: "anthropic:claude-test",
        wantedOutputTokens: 100,
        promptDigest: expect.stringMatching(/^[0-9a-f]{64}$/u) as string,
      },
    ]);
    expect(ends).toEqual([
      { outcome: "answered", use: { input: 9, cacheRead: 0, cacheWrite: 0, cacheWriteLong: 0, output: 5 } },
    ]);
  });

  test("passes an answer on while it comes, and books the least it can have been when the agent leaves", async () => {
    const left = Promise.withResolvers<void>();
    respond = (response, request) => {
      request.socket.once("close", () => left.resolve());
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(begin);
    };
    const script = `
      const reader = response.body.getReader();
      const { value } = await reader.read();
      console.log(JSON.stringify({ status: 200, text: Buffer.from(value).toString() }));
      process.exit(0);`;
    expect((await ask({ script })).text).toBe(begin);
    await left.promise;
    await expect
      .poll(() => ends)
      .toEqual([{ outcome: "cut", use: expect.objectContaining({ input: 9, output: 1 }) as object }]);
  });

  test.each([
    { what: "another path", status: 404, options: { path: "/v1/files" } },
    { what: "another token", status: 401, options: { token: "omoios-x" } },
    { what: "another model", status: 403, options: { body: { ...body, model: "claude-dear" } } },
    { what: "no output bound", status: 400, options: { body: { model: "claude-test", messages: body.messages } } },
  ])("refuses $what with $status for good, and asks nobody", async ({ status, options }) => {
    expect(await ask(options)).toMatchObject({ status, retry: "false" });
    expect([seen, calls]).toEqual([[], []]);
  });

  test("a call no budget holds is not made: agent and engine are told", async () => {
    refusal = new FaultError({ kind: "limit", message: "0.00 USD left" });
    expect(await ask()).toMatchObject({
      status: 403,
      retry: "false",
      text: expect.stringContaining("0.00 USD left") as string,
    });
    expect([seen, stops]).toEqual([[], [refusal]]);
  });

  test("a call that cannot be booked is not made", async () => {
    refusal = new Error("the database is away");
    expect(await ask()).toMatchObject({ status: 503, retry: "false" });
    expect([seen, troubles.splice(0)]).toEqual([[], [refusal]]);
  });

  test("a long wait the provider asks for ends the agent's work until then; a short one is the agent's own", async () => {
    for (const seconds of [5, 300]) {
      respond = (response) => response.writeHead(429, { "retry-after": String(seconds) }).end("{}");
      expect(await ask()).toMatchObject({ status: 429, retry: seconds === 5 ? null : "false" });
    }
    const [wait, ...more] = stops;
    expect(wait instanceof ProviderWait && wait.until.toISOString()).toBe("2026-03-01T10:05:00.000Z");
    expect([more, ends.map(({ outcome }) => outcome)]).toEqual([[], ["refused", "refused"]]);
  });

  test("a refused key is named to the engine and never repeated to the agent", async () => {
    respond = (response) => response.writeHead(401).end(JSON.stringify({ error: `invalid x-api-key ${key}` }));
    const answer = await ask();
    expect(answer).toMatchObject({ status: 401, retry: "false" });
    expect(answer.text).not.toContain(key);
    expect(stops[0]).toMatchObject({ fault: { kind: "invalid", problems: [{ at: "ANTHROPIC_API_KEY" }] } });
  });

  test("a provider that writes more than it was asked for is cut off", async () => {
    respond = (response) => {
      const piece = sse({ type: "content_block_delta", delta: { text: "x".repeat(4000) } } as never);
      response.writeHead(200, { "content-type": "text/event-stream" }).end(begin + piece + end);
    };
    const script = `
      const text = await response.text().catch(() => "cut");
      console.log(JSON.stringify({ status: response.status, text }));`;
    expect((await ask({ script })).text).toBe("cut");
    await expect
      .poll(() => ends)
      .toEqual([
        {
          outcome: expect.stringMatching(/cut|answered/u) as string,
          use: expect.objectContaining({ input: 9 }) as object,
        },
      ]);
  });

  test("a redirect is no answer: the key goes nowhere else", async () => {
    respond = (response) => response.writeHead(307, { location: `${upstreamUrl}/elsewhere` }).end();
    expect(await ask()).toMatchObject({ status: 502 });
    expect(seen).toHaveLength(1);
  });

  test("counting tokens is not metered", async () => {
    respond = (response) => response.writeHead(200, { "content-type": "application/json" }).end('{"input_tokens":3}');
    expect(await ask({ path: "/v1/messages/count_tokens" })).toMatchObject({ status: 200, text: '{"input_tokens":3}' });
    expect(calls).toEqual([]);
  });

  test("inside, the bridge is read-only, the socket is the jail's, and neither key nor any other network is there", async () => {
    const told = await sh(
      sandbox,
      `touch /bridge/x; rm /bridge/gateway.sock; mv /bridge/gateway.sock /tmp/s; stat -c '%a %u' /bridge/gateway.sock;
       grep -rls ${key} /home /tmp /workspace /etc /opt/agents; cat /proc/*/environ | tr '\\0' '\\n' | grep -c ${key};
       /opt/node/bin/node -e 'require("net").connect(80,"1.1.1.1").on("error",(e)=>console.log(e.code))'`,
    );
    expect(told.stderr.match(/Read-only file system/gu)).toHaveLength(3);
    expect(told.stdout).toBe("600 1000\n0\nENETUNREACH\n");
  });

  test("a sandbox without a bridge has no door, a validator's gets none", async () => {
    const commit = fixture.project.commit({ "b.txt": "two\n" });
    const base = await provider.prepareBase(fixture.baseRequest(commit, { trust: "validation" }), never);
    const validation = { mode: "validation", branch: null } as const;
    const barred = provider.open(fixture.request("judge", { base, commit }, { ...validation, bridge: true }), never);
    await expect(barred).rejects.toMatchObject({ fault: { kind: "invalid", problems: [{ at: "bridge" }] } });
    await using plain = await provider.open(fixture.request("judge", { base, commit }, validation), never);
    await expect(open(plain)).rejects.toThrow("without a bridge");
    expect((await sh(plain, "ls -d /bridge")).exitCode).toBe(2);
  });
});
