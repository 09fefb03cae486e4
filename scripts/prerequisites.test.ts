import { expect, test } from "vitest";
import { findMissing, isAtLeast, type Prerequisite, versionIn } from "./prerequisites.ts";

test.each([
  ["bubblewrap 0.8.0", [0, 8, 0]],
  ["git version 2.39.5 (Apple Git-154)", [2, 39, 5]],
  ["git version 2.47.1.windows.1", [2, 47, 1]],
  ["no version here", undefined],
])("the version in %j", (text, version) => {
  expect(versionIn(text)).toEqual(version);
});

test.each([
  [[2, 39, 5], [2, 39], true],
  [[2, 39], [2, 39], true],
  [[2, 9, 9], [2, 39], false],
  [[3, 0], [2, 39], true],
  [[0, 8], [0, 8, 1], false],
])("%j is at least %j: %j", (version, floor, expected) => {
  expect(isAtLeast(version, floor)).toBe(expected);
});

const node: Prerequisite = {
  name: "Node",
  program: process.execPath,
  atLeast: [24],
  purpose: "",
  package: "nodejs",
  neededBy: [],
};

test("what is there is not missing", async () => {
  expect(await findMissing([node])).toEqual([]);
});

test("what is too old says which version is there, and what is not there says so", async () => {
  const absent = { ...node, name: "absent", program: "omoios-no-such-program" };
  const missing = await findMissing([{ ...node, atLeast: [999] }, absent]);
  expect(missing.map(({ reason }) => reason)).toEqual([
    `Node 999 or newer is needed, ${process.versions.node} is installed`,
    "absent 24 or newer is not installed",
  ]);
  expect(missing.every(({ fix }) => fix.length > 0)).toBe(true);
});

test("what is installed but refused by the system says what it said, and installing is not the fix", async () => {
  const trial = { args: ["-e", "console.error('no permission'); process.exit(1)"], fix: "ask for permission" };
  expect(await findMissing([{ ...node, trial }])).toMatchObject([
    { reason: "this system refuses to let Node work: no permission", fix: "ask for permission", installable: false },
  ]);
});
