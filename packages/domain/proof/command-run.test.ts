import { expect, test } from "vitest";
import { citedCommands, commandText, falseCitation } from "./command-run.ts";

const runs = [
  { name: "C1", commit: "a" },
  { name: "C2", commit: "b" },
];

test.each([
  { cited: ["E1", "C1"], problem: null },
  { cited: [], problem: null },
  { cited: ["C3"], problem: "it cites C3, a command that was not run" },
  { cited: ["C1", "C2"], problem: "it cites C2, which was run on another commit" },
])("a verdict that cites $cited: $problem", ({ cited, problem }) => {
  expect(falseCitation(cited, runs, "a")).toBe(problem);
});

test("only names of commands are commands", () => {
  expect(citedCommands(["E1", "C1", "C12", "Cat", "xC1"])).toEqual(["C1", "C12"]);
});

test("a command can be typed as it is shown", () => {
  expect(commandText({ argv: ["grep", "two words", "a.txt"] })).toBe("grep 'two words' a.txt");
});
