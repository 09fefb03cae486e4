import { expect, test } from "vitest";
import { fitSections, type Section } from "./fit-sections.ts";

const lines = (count: number): string => Array.from({ length: count }, (_, index) => `line ${index + 1}`).join("\n");
const task: Section = { title: "Task", text: "Do it.", rank: 0, floor: 0 };
const design: Section = { title: "Design", text: lines(100), dataName: "design", rank: 2, floor: 200 };
const earlier: Section = { title: "Before", lead: "Claims:", text: lines(50), rank: 3, floor: 0 };

test("a text that fits is whole, in the order given", () => {
  expect(fitSections("Rules.", [task, { ...earlier, text: "x" }], 1000)).toBe(
    "Rules.\n\n# Task\n\nDo it.\n\n# Before\n\nClaims:\n\nx",
  );
});

test("what ranks highest gives way first, at a line, and the text says what is missing", () => {
  const text = fitSections("Rules.", [design, task, earlier], 400);
  expect(text).toContain("line 100\nDESIGN>>");
  expect(text).toMatch(/line \d+\n… \(cut\)\n\n# Left out, to keep this short\n\n- Before: \d+ of \d+ characters$/u);
});

test("a section with no floor goes whole, one with a floor keeps it, the first rank is never touched", () => {
  const text = fitSections("Rules.", [design, { ...task, text: lines(400) }, earlier], 10);
  expect(text).not.toContain("Claims:");
  expect(text).toContain(lines(400));
  expect(text).toContain("… (cut)\nDESIGN>>");
  expect(text).toContain(`- Before: all ${earlier.text.length} characters`);
  expect(text).toContain(`- Design: ${design.text.length - 200} of ${design.text.length} characters`);
});

test("one long line is cut in its middle", () => {
  const long = { ...design, text: "x".repeat(900) };
  expect(fitSections("R", [long], 100)).toContain(`${"x".repeat(200)}\n… (cut)`);
});
