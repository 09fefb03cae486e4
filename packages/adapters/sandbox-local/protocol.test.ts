import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import type { ProcessIdentity } from "./process-identity.ts";
import { identifyProcess, isAlive } from "./process-identity.ts";
import { InitChannel, ProtocolBreach } from "./init-channel.ts";
import { JailedProgram } from "./jailed-program.ts";
import { OutputCollector } from "./output-collector.ts";
import { maxLineBytes, type InitReport } from "./protocol.ts";

/** Feeds bytes to a channel; gives back what it passed on and what it refused. */
async function feed(
  ...chunks: readonly (string | Buffer)[]
): Promise<{ readonly reports: readonly InitReport[]; readonly breach: string | null }> {
  const output = new PassThrough();
  const reports: InitReport[] = [];
  let breach: string | null = null;
  new InitChannel({
    output,
    input: new PassThrough(),
    onReport: (report) => reports.push(report),
    onBreach: (error) => (breach = error.message),
  });
  const closed = new Promise<void>((resolve) => output.once("close", resolve));
  for (const chunk of chunks) if (!output.destroyed) output.write(chunk);
  if (!output.destroyed) output.end();
  await closed;
  return { reports, breach };
}

describe("what a jail says is hostile", () => {
  test("lines arrive whole, however the bytes are cut", async () => {
    const bytes = Buffer.from('{"type":"ready"}\n{"type":"output","id":1,"stream":"stdout","text":"grüße"}\n');
    const { reports, breach } = await feed(...[...bytes].map((byte) => Buffer.from([byte])));
    expect(reports).toEqual([{ type: "ready" }, { type: "output", id: 1, stream: "stdout", text: "grüße" }]);
    expect(breach).toBeNull();
  });

  test.each([
    ["not JSON", "hello\n", /not JSON/],
    ["an unknown message", '{"type":"format","disk":"c"}\n', /unknown shape/],
    ["an extra field", '{"type":"ready","really":true}\n', /unknown shape/],
    ["an absurd exit code", '{"type":"exit","id":1,"exitCode":1e9,"signal":null}\n', /unknown shape/],
    [
      "ten thousand paths",
      `${JSON.stringify({ type: "changed", paths: Array.from({ length: 10_000 }, () => "x") })}\n`,
      /unknown shape/,
    ],
    ["a deep nest", `${"[".repeat(200_000)}\n`, /not JSON/],
  ])("%s ends the conversation", async (_name, line, wanted) => {
    const { reports, breach } = await feed(line, '{"type":"ready"}\n');
    expect(breach).toMatch(wanted);
    expect(reports).toEqual([]);
  });

  test("an endless line is not kept", async () => {
    const { breach } = await feed(...Array.from({ length: 20 }, () => Buffer.alloc(maxLineBytes / 8, 120)));
    expect(breach).toMatch(/line of more than/);
  });
});

describe("a program's reports", () => {
  function program(): JailedProgram {
    const channel = new InitChannel({
      output: new PassThrough(),
      input: new PassThrough(),
      onReport: () => undefined,
      onBreach: () => undefined,
    });
    return new JailedProgram(1, channel);
  }

  test("output beyond what was asked for is a breach", () => {
    const flooding = program();
    flooding.take({ type: "started", id: 1 });
    const chunk = { type: "output", id: 1, stream: "stdout", text: "x".repeat(64 * 1024) } as const;
    expect(() => {
      for (let sent = 0; sent < 100; sent += 1) flooding.take(chunk);
    }).toThrow(/more output than it may/);
  });

  test("an order of events that cannot be is a breach", () => {
    expect(() => program().take({ type: "exit", id: 1, exitCode: 0, signal: null })).toThrow(ProtocolBreach);
    expect(() => program().take({ type: "end", id: 1 })).toThrow(ProtocolBreach);
    const running = program();
    running.take({ type: "started", id: 1 });
    expect(() => running.take({ type: "started", id: 1 })).toThrow(ProtocolBreach);
  });
});

describe("collected output", () => {
  test("keeps a beginning, cut at a character, and counts the rest", () => {
    const collector = new OutputCollector(5);
    collector.add({ stream: "stdout", text: "ab" });
    collector.add({ stream: "stderr", text: "€€" });
    collector.add({ stream: "stdout", text: "c" });
    expect(collector.result()).toEqual({ stdout: "ab", stderr: "€", droppedBytes: 4 });
  });
});

describe("process identity", () => {
  test("a number alone is not a process", () => {
    const own = identifyProcess(process.pid) as ProcessIdentity;
    expect(isAlive(own)).toBe(true);
    expect(isAlive({ ...own, startedAtTicks: own.startedAtTicks + 1 })).toBe(false);
    expect(identifyProcess(2 ** 22 + 5)).toBeNull();
  });
});
