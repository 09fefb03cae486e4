import { expect, test } from "vitest";
import { parseDiff } from "./parse-diff.ts";

const diff = `diff --git a/src/greet.ts b/src/greet.ts
index 1111111..2222222 100644
--- a/src/greet.ts
+++ b/src/greet.ts
@@ -8,3 +8,4 @@ export function greet
 const a = 1;
--- gone();
+++ come();
+diff --git a/fake b/fake
 end();
\\ No newline at end of file
diff --git a/new file.txt b/new file.txt
new file mode 100644
index 0000000..3333333
--- /dev/null
+++ b/new file.txt\t
@@ -0,0 +1 @@
+hello
diff --git a/old.ts b/old.ts
deleted file mode 100644
--- a/old.ts
+++ /dev/null
@@ -1,2 +0,0 @@
-one
-two
diff --git a/logo.png b/logo.png
new file mode 100644
Binary files /dev/null and b/logo.png differ
`;

test("a diff is its files, with counts and line numbers; what a line says cannot pass for structure", () => {
  const { files, cut } = parseDiff(diff);
  expect(cut).toBe(false);
  expect(files.map(({ path, status, addedLines, removedLines }) => [path, status, addedLines, removedLines])).toEqual([
    ["src/greet.ts", "modified", 2, 1],
    ["new file.txt", "added", 1, 0],
    ["old.ts", "deleted", 0, 2],
    ["logo.png", "added", null, null],
  ]);
  expect(files[0]?.hunks[0]).toMatchObject({ heading: "export function greet" });
  expect(files[0]?.hunks[0]?.lines).toEqual([
    { kind: "same", before: 8, after: 8, text: "const a = 1;" },
    { kind: "removed", before: 9, after: null, text: "-- gone();" },
    { kind: "added", before: null, after: 9, text: "++ come();" },
    { kind: "added", before: null, after: 10, text: "diff --git a/fake b/fake" },
    { kind: "same", before: 10, after: 11, text: "end();" },
  ]);
});

test("a diff that was cut says so, and one of nothing has no files", () => {
  expect(parseDiff(`${diff}\n[diff cut after 500 bytes]\n`)).toMatchObject({ cut: true });
  expect(parseDiff("")).toEqual({ files: [], cut: false });
});
