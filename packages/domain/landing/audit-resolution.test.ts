import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { auditResolution, auditText, type ResolvedFile } from "./audit-resolution.ts";

type Texts = Partial<Omit<ResolvedFile, "path">>;
const file = (path: string, texts: Texts): ResolvedFile => ({
  path,
  base: null,
  ours: null,
  theirs: null,
  result: null,
  ...texts,
});
const found = (...files: readonly ResolvedFile[]) =>
  auditResolution(files).map(({ kind, path, text }) => `${kind} ${path} ${text}`);
const one = (texts: Texts) => found(file("a.ts", texts));

describe("a resolution", () => {
  test("that keeps what both sides added is fine, in any order and indentation", () => {
    expect(one({ base: "x\n", ours: "x\na1\n", theirs: "x\nb1\n", result: "b1\n  a1\nx\n" })).toEqual([]);
  });

  test("that takes one side whole loses the lines of the other", () => {
    const sides = { base: "x\n", ours: "x\na1\na2\n", theirs: "x\nb1\n" };
    expect(one({ ...sides, result: sides.theirs })).toEqual(["lost a.ts a1", "lost a.ts a2"]);
    expect(one({ ...sides, result: sides.ours })).toEqual(["lost a.ts b1"]);
    expect(one({ ...sides, result: null })).toHaveLength(3);
  });

  test("needs what both sides added only once, and each as often as its side has it", () => {
    expect(one({ base: "", ours: "use it\n", theirs: "use it\n", result: "use it\n" })).toEqual([]);
    expect(one({ base: "", ours: "use it\nuse it\n", theirs: "", result: "use it\n" })).toEqual(["lost a.ts use it"]);
  });

  test("may carry two lines in one that has the words of both", () => {
    const sides = { base: "call()\n", ours: "call(a)\n", theirs: "call(b)\n" };
    expect(one({ ...sides, result: "call(a, b)\n" })).toEqual([]);
    expect(one({ ...sides, result: "call(b)\n" })).toEqual(["lost a.ts call(a)"]);
  });

  test("may move a line to another file, but only as often as it is there", () => {
    const moved = file("a.ts", { base: "x\n", ours: "x\na1\na1\n", theirs: "x\n", result: "x\n" });
    expect(found(moved, file("b.ts", { result: "a1\na1\n" }))).toEqual([]);
    expect(found(moved, file("b.ts", { result: "a1\n" }))).toEqual(["lost a.ts a1"]);
  });

  test("leaves removed what one side moved away and the other removed", () => {
    const from = file("a.ts", { base: "x\ny\n", ours: null, theirs: "x\n", result: null });
    expect(found(from, file("b.ts", { ours: "x\ny\n", result: "x\n" }))).toEqual([]);
  });

  test("does not bring back what a side removed", () => {
    const sides = { base: "x\nold\n", ours: "x\n", theirs: "x\nold\nb1\n" };
    expect(one({ ...sides, result: "x\nb1\n" })).toEqual([]);
    expect(one({ ...sides, result: sides.theirs })).toEqual(["restored a.ts old"]);
  });

  test("may keep a file that one side removed and the other changed, not drop the change", () => {
    const sides = { base: "x\n", ours: null, theirs: "x\nb1\n" };
    expect(one({ ...sides, result: sides.theirs })).toEqual([]);
    expect(one({ ...sides, result: null })).toEqual(["lost a.ts b1"]);
  });

  test("has no markers left but those a side had", () => {
    const markers = "<<<<<<< 1\na1\n||||||| 2\n=======\nb1\n>>>>>>> 3\n";
    expect(one({ base: "", ours: "a1\n", theirs: "b1\n", result: markers })).toEqual(
      ["<<<<<<< 1", "||||||| 2", "=======", ">>>>>>> 3"].map((line) => `marker a.ts ${line}`),
    );
    expect(one({ base: "", ours: markers, theirs: "", result: markers })).toEqual([]);
  });

  test("is not judged by lines that mean nothing alone", () => {
    expect(one({ base: "", ours: "a {\n}\n\n", theirs: "b {\n}\n", result: "a { b {\n" })).toEqual([]);
  });

  test("says each finding in words", () => {
    const text = "x";
    expect(
      (["marker", "lost", "restored", "opaque"] as const).map((kind) => auditText({ kind, path: "a", text })),
    ).toEqual([
      "a conflict marker was left: x",
      "a line that one side added is gone: x",
      "a line that one side removed is back: x",
      "both sides changed this file, which is no text: a person has to choose one",
    ]);
  });
});

test("putting both sides' new lines together never loses or restores anything", () => {
  const lines = (letter: string) => fc.array(fc.integer({ min: 0, max: 5 }).map((number) => `${letter}${number}`));
  fc.assert(
    fc.property(lines("x"), lines("a"), lines("b"), (base, ours, theirs) => {
      const text = (...parts: readonly (readonly string[])[]) => parts.flat().join("\n");
      const texts = { base: text(base), ours: text(base, ours), theirs: text(theirs, base) };
      expect(one({ ...texts, result: text(theirs, base, ours) })).toEqual([]);
      const seen = one({ ...texts, result: texts.ours });
      expect(seen).toHaveLength(theirs.length);
    }),
  );
});
