import { expect, test } from "vitest";
import { secondOutcome } from "./outcomes.ts";

test.each([
  ["Add the parser and write the report", "write"],
  ["Store notes; show a list", "show"],
  ["Rename the flag, then update its docs", "update"],
  ["Create a table and also migrate the rows", "migrate"],
  ["Serve the page & log every visit", null],
  ["Serve the page + record every visit", "record"],
])("%j has a second outcome: %s", (title, verb) => {
  expect(secondOutcome(title)).toBe(verb);
});

test.each([
  "Add load and save functions",
  "Add lint and test scripts",
  "Parse dates and times",
  "Drag and drop the cards",
  "Handle `add and remove the` in the grammar",
  "Notizen speichern und anzeigen",
  "",
])("%j is one outcome", (title) => {
  expect(secondOutcome(title)).toBeNull();
});
