import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LineCutter, readReport } from "./agent-report.ts";

describe("a line", () => {
  test.each([
    ["plain words", "hello"],
    ["nothing", ""],
    ["JSON of another kind", '{"a":1}'],
    ["an unknown report", '{"type":"dance"}'],
    ["a report with a wrong field", '{"type":"text","text":5}'],
    ["a report that is far too large", JSON.stringify({ type: "text", text: "x".repeat(1024 * 1024 + 1) })],
  ])("of %s is text", (_, line) => {
    expect(readReport(line)).toEqual({ type: "text", text: `${line}\n` });
  });

  test("of the protocol is a report, its summary cut", () => {
    const line = JSON.stringify({ type: "submitted", summary: "x".repeat(50_000), extra: 1 });
    expect(readReport(line)).toEqual({ type: "submitted", summary: "x".repeat(20_000) });
  });
});

test("lines come out whole however they were cut, and none is longer than the limit", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom("a", "b", "\n"), maxLength: 12 })),
      fc.integer({ min: 1, max: 9 }),
      (chunks, limit) => {
        const cutter = new LineCutter(limit);
        const lines = [...chunks.flatMap((piece) => [...cutter.add(piece)]), ...cutter.end()];
        expect(lines.join("")).toBe(chunks.join("").replaceAll("\n", ""));
        expect(Math.max(0, ...lines.map((line) => line.length))).toBeLessThanOrEqual(limit);
        const short = chunks
          .join("")
          .split("\n")
          .every((line) => line.length <= limit);
        if (short)
          expect(lines).toEqual(
            chunks
              .join("")
              .replace(/\n$/, "")
              .split("\n")
              .filter((_, index) => index > 0 || chunks.join("") !== ""),
          );
      },
    ),
  );
});
