import type { LogRecord } from "@omoios/contract/attempt-log";
import { expect, test } from "vitest";
import { keptLines, withRecords } from "./log-lines.ts";

const record = (text: string, source: LogRecord["source"] = "agent"): LogRecord => ({
  at: "2026-01-02T03:04:05.000Z",
  source,
  stream: "stdout",
  text,
});
const texts = (...records: readonly LogRecord[]): readonly string[] =>
  withRecords([], records).map(({ source, text }) => `${source}: ${text}`);

test("pieces of a line are put together, across records and readings", () => {
  expect(texts(record("one\ntw"), record("o\nthree"))).toEqual(["agent: one", "agent: two", "agent: three"]);
  const begun = withRecords([], [record("begun ")]);
  expect(withRecords(begun, [record("and ended\n")])).toMatchObject([
    { number: 1, text: "begun and ended", open: false },
  ]);
});

test("a check that begins in the middle of an agent's line has a line of its own", () => {
  expect(texts(record("agent says: check passed"), record("$ npm test\n", "check"))).toEqual([
    "agent: agent says: check passed",
    "check: $ npm test",
  ]);
});

test("escape sequences and invisible characters do not reach the page", () => {
  expect(texts(record("\u001B[31mred\u001B[0m \u001B]0;title\u0007\u202Eleft\r\n"))).toEqual(["agent: red left"]);
});

test("only the newest lines are kept", () => {
  const lines = withRecords([], [record("x\n".repeat(keptLines + 10))]);
  expect([lines.length, lines[0]?.number]).toEqual([keptLines, 11]);
});
