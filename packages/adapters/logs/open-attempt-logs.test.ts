import type { LogRecord } from "@omoios/contract/attempt-log";
import { FaultError } from "@omoios/domain/shared/fault";
import type { AttemptLogs } from "@omoios/engine/ports/attempt-logs";
import fc from "fast-check";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openAttemptLogs } from "./open-attempt-logs.ts";

const at = "2026-01-02T03:04:05.000Z";
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "omoios-logs-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function printed(text: string, change: Partial<LogRecord> = {}): LogRecord {
  return { at, source: "agent", stream: "stdout", text, ...change };
}

async function readAll(logs: AttemptLogs, id: string, pageBytes = 1_000_000) {
  const records: LogRecord[] = [];
  const offsets: number[] = [0];
  for (let offset = 0; ;) {
    const page = await logs.read(id, offset, pageBytes);
    records.push(...page.records);
    if (page.ended || page.next === offset) return { records, offsets, ended: page.ended, next: page.next };
    offset = page.next;
    offsets.push(offset);
  }
}

const textOf = (records: readonly LogRecord[]) => records.map((record) => record.text).join("");

async function faultOf(call: Promise<unknown>) {
  const error: unknown = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof FaultError)) throw new Error(`expected a FaultError, got ${String(error)}`);
  return error.fault;
}

/** Resolves when a follower was woken and the log then looks as wanted. */
async function until(logs: AttemptLogs, id: string, wanted: (page: Awaited<ReturnType<typeof readAll>>) => boolean) {
  let wake = (): void => undefined;
  let woken = new Promise<void>((resolve) => (wake = resolve));
  using _following = logs.follow(id, () => wake());
  for (;;) {
    const log = await readAll(logs, id);
    if (wanted(log)) return log;
    await woken;
    woken = new Promise<void>((resolve) => (wake = resolve));
  }
}

describe("offsets", () => {
  const record = fc.record({
    at: fc.constant(at),
    source: fc.constantFrom("agent" as const, "check" as const, "system" as const),
    stream: fc.constantFrom("stdout" as const, "stderr" as const, null),
    text: fc.string({ unit: fc.constantFrom("a", "é", "日", "👩", "\n", '"', "\\"), maxLength: 3000 }),
  });

  test("reading in pages of any size gives what was appended, and stops at each page's end where any reader may go on", async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { maxLength: 20 }),
        fc.integer({ min: 1, max: 9000 }),
        async (records, pageBytes) => {
          run += 1;
          const id = `a${run}`;
          using logs = await openAttemptLogs({ directory });
          await Promise.all(records.map((one) => logs.append(id, one)));
          await logs.end(id);
          const whole = await readAll(logs, id);
          const paged = await readAll(logs, id, pageBytes);
          expect(textOf(whole.records)).toBe(textOf(records));
          expect(paged.records).toEqual(whole.records);
          expect(paged.ended).toBe(true);
          for (const offset of paged.offsets) {
            const rest = await logs.read(id, offset, 1_000_000);
            expect(textOf(records).endsWith(textOf(rest.records))).toBe(true);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test("every other offset is refused", async () => {
    using logs = await openAttemptLogs({ directory });
    for (const text of ["one", "zwei é", "three"]) await logs.append("a", printed(text));
    const file = await readFile(join(directory, "a.ndjson"));
    const borders = new Set([
      0,
      ...[...file.entries()].filter(([, byte]) => byte === 0x0a).map(([index]) => index + 1),
    ]);
    expect(borders.size).toBe(4);
    for (let offset = 0; offset <= file.length; offset += 1) {
      const read = logs.read("a", offset, 10);
      if (borders.has(offset)) await expect(read).resolves.toMatchObject({ ended: false });
      else expect(await faultOf(read)).toMatchObject({ kind: "invalid", problems: [{ at: "offset" }] });
    }
    for (const offset of [-1, 0.5, file.length + 1, Number.NaN]) {
      expect(await faultOf(logs.read("a", offset, 10))).toMatchObject({ kind: "invalid" });
    }
  });

  test("a log nobody has written to is empty and not ended", async () => {
    using logs = await openAttemptLogs({ directory });
    expect(await logs.read("nobody", 0, 100)).toEqual({ records: [], next: 0, ended: false });
    expect(await faultOf(logs.read("nobody", 1, 100))).toMatchObject({ kind: "invalid" });
  });

  test.each(["../escape", "", "a/b", ".", "x".repeat(200)])("the id %j is not a log", async (id) => {
    using logs = await openAttemptLogs({ directory });
    expect(await faultOf(logs.read(id, 0, 1))).toMatchObject({ kind: "not-found" });
    expect(await faultOf(logs.append(id, printed("x")))).toMatchObject({ kind: "not-found" });
  });
});

describe("appending", () => {
  test("resolves when the record can be read, and gathers what came during a write", async () => {
    using logs = await openAttemptLogs({ directory });
    const texts = Array.from({ length: 500 }, (_, index) => `${index}\n`);
    await Promise.all(texts.map((text) => logs.append("a", printed(text))));
    const { records } = await readAll(logs, "a");
    expect(textOf(records)).toBe(texts.join(""));
    expect(records.length).toBeLessThan(10);
    await logs.append("a", printed("last", { stream: "stderr" }));
    expect((await readAll(logs, "a")).records.at(-1)).toEqual(printed("last", { stream: "stderr" }));
  });

  test("a long text becomes several records and whole characters stay whole", async () => {
    using logs = await openAttemptLogs({ directory });
    const text = `a${"👩".repeat(100_000)}`;
    await logs.append("a", printed(text));
    const { records } = await readAll(logs, "a", 1);
    expect(records.length).toBeGreaterThan(3);
    expect(textOf(records)).toBe(text);
    expect(records.every((record) => record.text.isWellFormed())).toBe(true);
  });

  test("secrets are struck out after escape sequences, which could hide them", async () => {
    using logs = await openAttemptLogs({ directory, redact: (text) => text.replaceAll("sk-secret", "[redacted]") });
    await logs.append("a", printed("key sk-\u001b[0msec\u001b[1mret!"));
    expect(textOf((await readAll(logs, "a")).records)).toBe("key [redacted]!");
    expect(await readFile(join(directory, "a.ndjson"), "utf8")).not.toContain("secret");
  });

  test("beyond the cap nothing more is kept, which is said at once and counted at the end", async () => {
    using logs = await openAttemptLogs({ directory, maxBytes: 1000 });
    for (let index = 0; index < 50; index += 1) await logs.append("a", printed("x".repeat(100)));
    const full = await readAll(logs, "a");
    expect(full.records.at(-1)).toMatchObject({
      source: "system",
      text: expect.stringContaining("full at 1000 bytes") as string,
    });
    await logs.append("a", printed("stopped by a person\n", { source: "system", stream: null }));
    await logs.end("a");
    const { records, ended } = await readAll(logs, "a");
    const kept = records.filter((record) => record.source === "agent").length;
    expect(records.slice(-2).map((record) => record.text)).toEqual([
      "stopped by a person\n",
      `${(50 - kept) * 100} bytes were not kept: this log is full\n`,
    ]);
    expect(ended).toBe(true);
    expect((await stat(join(directory, "a.ndjson"))).size).toBeLessThan(2000);
  });

  test("a disk that fails is a fault, and what comes later is written", async () => {
    using logs = await openAttemptLogs({ directory });
    await rm(directory, { recursive: true });
    expect(await faultOf(logs.append("a", printed("lost")))).toMatchObject({ kind: "unavailable", retryable: true });
    using again = await openAttemptLogs({ directory });
    await logs.append("a", printed("kept"));
    expect(textOf((await readAll(again, "a")).records)).toBe("kept");
  });
});

describe("the end", () => {
  test("is read again at the last offset, may be said twice and is final, in any process", async () => {
    using logs = await openAttemptLogs({ directory });
    await logs.append("a", printed("done"));
    await Promise.all([logs.end("a"), logs.end("a")]);
    await logs.end("a");
    const { next } = await readAll(logs, "a");
    expect(await logs.read("a", next, 100)).toEqual({ records: [], next, ended: true });
    using other = await openAttemptLogs({ directory });
    for (const one of [logs, other]) {
      expect(await faultOf(one.append("a", printed("late")))).toMatchObject({ kind: "illegal-move", state: "ended" });
    }
    expect(textOf((await readAll(other, "a")).records)).toBe("done");
  });

  test("comes after everything appended before it", async () => {
    using logs = await openAttemptLogs({ directory });
    void logs.append("a", printed("one "));
    void logs.append("a", printed("two"));
    await logs.end("a");
    expect(await readAll(logs, "a")).toMatchObject({ ended: true, records: [printed("one two")] });
  });
});

describe("a writer that died", () => {
  test("in the middle of a line leaves a log that is read up to there, and the next writer says so", async () => {
    using first = await openAttemptLogs({ directory });
    await first.append("a", printed("whole\n"));
    await appendFile(join(directory, "a.ndjson"), JSON.stringify(printed("torn")).slice(0, 40));
    const before = await readAll(first, "a");
    expect(textOf(before.records)).toBe("whole\n");
    using second = await openAttemptLogs({ directory });
    await second.append("a", printed("after\n"));
    expect(textOf((await readAll(second, "a")).records)).toBe(
      "whole\nThe record before this one was cut short when its writer died\nafter\n",
    );
    const rest = await second.read("a", before.next, 10_000);
    expect(textOf(rest.records)).toContain("after");
  });
});

describe("following", () => {
  test("wakes on growth and end, until it is disposed", async () => {
    using logs = await openAttemptLogs({ directory });
    const grown = until(logs, "a", (log) => log.ended);
    await logs.append("a", printed("x"));
    await logs.end("a");
    expect(textOf((await grown).records)).toBe("x");
    let wakes = 0;
    logs.follow("b", () => (wakes += 1))[Symbol.dispose]();
    await logs.append("b", printed("x"));
    expect(wakes).toBe(0);
  });

  test("sees what another process writes", async () => {
    using logs = await openAttemptLogs({ directory });
    const seen = until(logs, "a", (log) => log.ended);
    const source = `
      import { openAttemptLogs } from ${JSON.stringify(join(import.meta.dirname, "open-attempt-logs.ts"))};
      const logs = await openAttemptLogs({ directory: ${JSON.stringify(directory)} });
      await logs.append("a", ${JSON.stringify(printed("from another process"))});
      await logs.end("a");
      logs[Symbol.dispose]();`;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", source], { stdio: "inherit" });
    expect(await once(child, "close")).toEqual([0, null]);
    expect(textOf((await seen).records)).toBe("from another process");
  });
});
