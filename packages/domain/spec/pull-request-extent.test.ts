import { expect, test } from "vitest";
import { listOf } from "./pull-request-extent.ts";
import type { PullRequestFacts } from "./pull-request-facts.ts";
import { readingSection } from "./pull-request-review.ts";

const extent = { rows: 200, text: 600 };

test("a list shows what fits on a screen and folds the rest", () => {
  const items = Array.from({ length: 12 }, (_, index) => `Item ${index + 1}`);
  expect(listOf(items.slice(0, 10), extent, 10)).not.toContain("<details>");
  expect(listOf(items, extent, 10)).toMatch(
    /- Item 10\n\n<details><summary>2 more<\/summary>\n\n- Item 11\n- Item 12\n\n<\/details>$/u,
  );
});

test("so does the list of the files to read, which goes on counting", () => {
  const files = Array.from({ length: 17 }, (_, index) => ({
    ...{ path: `src/file-${index + 10}.mjs`, status: "added" as const, addedLines: 1, removedLines: 0 },
  }));
  expect(readingSection({ files } as unknown as PullRequestFacts, extent)).toContain(
    "15. `src/file-24.mjs` +1 −0, added · source\n\n<details><summary>2 more files</summary>\n\n16. `src/file-25.mjs`",
  );
});
