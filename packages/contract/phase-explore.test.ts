import { expect, test } from "vitest";
import { readExploration } from "./phase-explore.ts";

const answer = {
  summary: "A shop with one server and its tests",
  languages: ["JavaScript"],
  packageManager: "npm",
  testCommands: [{ command: "npm test", proves: "everything" }],
  conventions: [],
  entryPoints: [{ path: "src/app.js", why: "starts the server" }],
  files: [],
  risks: [],
};
const json = JSON.stringify(answer, null, 2);

test.each([
  ["alone", json],
  ["in a fenced block", `Here it is.\n\n\`\`\`json\n${json}\n\`\`\`\nDone.`],
  ["between other words", `I found: ${json} and that is all`],
])("an answer %s is read", (_, text) => {
  const read = readExploration(text);
  expect(read).toMatchObject({ ok: true, value: { packageManager: "npm", instructions: "" } });
});

test("what is missing or wrong is named, so that it can be asked for again", () => {
  expect(readExploration("I had a look, all is fine")).toEqual({
    ok: false,
    problems: ["There is no JSON object in it"],
  });
  const read = readExploration(JSON.stringify({ ...answer, summary: "short", risks: "none" }));
  expect(read.ok).toBe(false);
  expect(read.ok ? [] : read.problems.map((problem) => problem.split(":")[0])).toEqual(["summary", "risks"]);
});
