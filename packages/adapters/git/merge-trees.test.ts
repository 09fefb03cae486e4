import { readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { conflictScore } from "@omoios/domain/landing/conflict-score";

import { parseMerges } from "./merge-trees.ts";
import { faultOf, openScratchHub, type ScratchHub } from "./scratch-hub.ts";
import type { ScratchRepository } from "./scratch-repository.ts";

const nobody = "1".repeat(40);
const lines = Array.from({ length: 60 }, (_, index) => `line ${String(index)}\n`);

/** Two branches from one base, each made by changing the checkout. */
async function twoSides(at: ScratchHub, sides: readonly [Change, Change]): Promise<readonly [string, string]> {
  const tips: string[] = [];
  for (const [index, change] of sides.entries()) {
    const name = `side-${String(index)}`;
    at.source.git("switch", "--quiet", "--create", name, "base");
    change(at.source);
    at.source.commit({}, name);
    tips.push(await at.take(name));
  }
  return [tips[0] ?? "", tips[1] ?? ""];
}

type Change = (repository: ScratchRepository) => void;

const write =
  (name: string, content: string): Change =>
  (repository) => {
    repository.write({ [name]: content });
  };
const remove =
  (name: string): Change =>
  (repository) => {
    rmSync(join(repository.path, name), { recursive: true });
  };
const rename =
  (from: string, to: string): Change =>
  (repository) => {
    repository.git("mv", from, to);
  };
const edited = (...numbers: readonly number[]): string =>
  lines
    .map((line, index) => (numbers.includes(index) ? `edited by ${String(numbers.length)}: ${line}` : line))
    .join("");

async function prepared(): Promise<ScratchHub> {
  const at = await openScratchHub();
  at.source.git("switch", "--quiet", "--create", "base");
  writeFileSync(join(at.source.path, "image.bin"), Buffer.from([0, 1, 2]));
  at.source.commit(
    { "long.txt": lines.join(""), "old/x.txt": lines.slice(0, 20).join(""), "old/y.txt": lines.slice(20, 40).join("") },
    "Base",
  );
  return at;
}

describe("mergeTree and tryMerges", () => {
  test.each<[string, readonly [Change, Change], readonly string[], number]>([
    ["edits of different lines", [write("long.txt", edited(3)), write("long.txt", edited(40, 41))], [], 0],
    ["rename and edit", [rename("long.txt", "other.txt"), write("long.txt", edited(3))], [], 0],
    [
      "one line edited twice",
      [write("long.txt", edited(3)), write("long.txt", edited(3, 4))],
      ["CONFLICT (contents)"],
      1,
    ],
    [
      "four places edited twice",
      [write("long.txt", edited(3, 13, 23, 33)), write("long.txt", edited(3, 13, 23, 33, 59))],
      ["CONFLICT (contents)"],
      2,
    ],
    ["both add one file", [write("n\new.txt", "a\n"), write("n\new.txt", "b\n")], ["CONFLICT (contents)"], 1],
    ["edit and delete", [write("long.txt", edited(3)), remove("long.txt")], ["CONFLICT (modify/delete)"], 3],
    [
      "renamed to two names",
      [rename("long.txt", "a.txt"), rename("long.txt", "b.txt")],
      ["CONFLICT (rename/rename)"],
      2,
    ],
    [
      "both change a binary file",
      [write("image.bin", "\0a"), write("image.bin", "\0b")],
      ["CONFLICT (binary)", "CONFLICT (contents)"],
      5,
    ],
    ["file and folder", [write("thing", "x\n"), write("thing/x", "x\n")], ["CONFLICT (file/directory)"], 2],
    [
      "a file in a folder that moved",
      [rename("old", "new"), write("old/z.txt", "z\n")],
      ["CONFLICT (directory rename suggested)"],
      2,
    ],
    [
      "a link where a file was edited",
      [
        (repository) => {
          rmSync(join(repository.path, "long.txt"));
          symlinkSync("README.md", join(repository.path, "long.txt"));
        },
        write("long.txt", edited(3)),
      ],
      ["CONFLICT (distinct modes)"],
      5,
    ],
  ])("%s", async (...[, sides, types, score]) => {
    using at = await prepared();
    const [ours, theirs] = await twoSides(at, sides);
    const merged = await at.hub.mergeTree(ours, theirs);
    expect(merged.clean).toBe(types.length === 0);
    expect(merged.clean ? [] : merged.conflicts.map(({ type }) => type)).toEqual(types);
    expect(await at.hub.resolve(ours)).toBe(ours);
    const [tried] = await at.hub.tryMerges([{ ours, theirs }]);
    expect(tried?.clean).toBe(merged.clean);
    expect(tried?.conflicts.map(({ hunks: _hunks, ...conflict }) => conflict)).toEqual(
      merged.clean ? [] : merged.conflicts,
    );
    expect(conflictScore(tried?.conflicts ?? [])).toBe(score);
  });

  test("trying many pairs gives each pair's answer and leaves no object in the hub", async () => {
    using at = await prepared();
    const [first, second] = await twoSides(at, [
      write("long.txt", edited(1, 20)),
      write("long.txt", edited(1, 20, 50)),
    ]);
    const before = readdirSync(at.hub.path, { recursive: true, encoding: "utf8" }).toSorted();
    const tried = await at.hub.tryMerges([
      { ours: first, theirs: second },
      { ours: at.base, theirs: first },
      { ours: second, theirs: first },
    ]);
    expect(tried.map(({ clean, conflicts }) => [clean, conflicts.map(({ hunks }) => hunks)])).toEqual([
      [false, [2]],
      [true, []],
      [false, [2]],
    ]);
    expect(tried[0]?.conflicts[0]).toMatchObject({
      paths: ["long.txt"],
      message: "CONFLICT (content): Merge conflict in long.txt",
    });
    expect(readdirSync(at.hub.path, { recursive: true, encoding: "utf8" }).toSorted()).toEqual(before);
    expect(await at.hub.tryMerges([])).toEqual([]);
  });

  test("names the commit that is not there, wherever it is in the list", async () => {
    using at = await openScratchHub();
    const good = { ours: at.base, theirs: at.base };
    expect(await faultOf(at.hub.mergeTree(at.base, nobody))).toMatchObject({ kind: "not-found", id: nobody });
    expect(await faultOf(at.hub.mergeTree("main\nmain main", at.base))).toMatchObject({ kind: "not-found" });
    expect(await faultOf(at.hub.tryMerges([good, { ours: nobody, theirs: at.base }, good]))).toMatchObject({
      kind: "not-found",
      id: nobody,
    });
  });

  test("a whole landing: merge, commit, move, and the same again finds it done", async () => {
    using at = await prepared();
    const [spec, task] = await twoSides(at, [write("long.txt", edited(3)), write("task.txt", "task\n")]);
    await at.hub.moveRefs([{ ref: "refs/heads/spec/SPC-1-x", seen: null, to: spec }]);
    const land = async (): Promise<string> => {
      const merged = await at.hub.mergeTree(spec, task);
      return at.hub.commitTree({
        tree: merged.tree,
        parents: [spec, task],
        message: "Land TSK-001",
        authorName: "OmoiOS",
        authorEmail: "o@x",
        at: new Date(1_700_000_000_000),
      });
    };
    const candidate = await land();
    expect(await at.hub.moveRefs([{ ref: "refs/heads/spec/SPC-1-x", seen: spec, to: candidate }])).toBe(true);
    expect(await land()).toBe(candidate);
    expect(await at.hub.moveRefs([{ ref: "refs/heads/spec/SPC-1-x", seen: spec, to: candidate }])).toBe(false);
    expect(await at.hub.isAncestor(task, candidate)).toBe(true);
    expect(await at.hub.readFile(candidate, "task.txt", 100)).toBe("task\n");
  });
});

describe("parseMerges", () => {
  const tree = "a".repeat(40);
  const conflicting =
    `0\0${tree}\0f\0\0` + "1\0f\0Auto-merging\0Auto-merging f\n\0" + "2\0f\0g\0CONFLICT (x)\0Both\n\0" + "\0";

  test("reads clean and conflicting answers", () => {
    expect(parseMerges(Buffer.from(`1\0${tree}\0\0${conflicting}1\0${tree}\0\0`))).toEqual([
      { clean: true, tree, conflicts: [] },
      { clean: false, tree, conflicts: [{ paths: ["f", "g"], type: "CONFLICT (x)", message: "Both" }] },
      { clean: true, tree, conflicts: [] },
    ]);
    expect(parseMerges(Buffer.alloc(0))).toEqual([]);
  });

  test("does not return an answer that is cut off", () => {
    for (let end = 0; end < conflicting.length - 1; end++)
      expect(parseMerges(Buffer.from(conflicting.slice(0, end)))).toEqual([]);
    expect(parseMerges(Buffer.from("fatal: x"))).toEqual([]);
  });
});
