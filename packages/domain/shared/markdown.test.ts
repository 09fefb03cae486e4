import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { codeBlock, codeSpan, markdownTable, plainMarkdown } from "./markdown.ts";

const hostile = [
  "[click](https://evil.example) ![x](http://evil.example/p.png)",
  "<script>alert(1)</script><img src=x onerror=alert(1)>",
  "@everyone please see org/repo#12, closes #7, GH-7, www.evil.example, mailto:a@b.example",
  "a | b \\| c",
  "``` \n# Heading\n- list\n1. one",
  "**bold** _em_ ~~gone~~ `code` $x$",
  "1) one",
  "--- and === and + more",
  "&lt;b&gt; &#64;you",
];

describe("plain Markdown", () => {
  test.each(hostile)("does nothing: %s", (text) => {
    const written = plainMarkdown(text, 500);
    expect(written).not.toMatch(/[<>|\n]/u);
    expect(written).not.toMatch(/(?<!\\)[`*_[\]~$]/u);
    expect(written).not.toMatch(/@\w|#\d(?!\d*;)|GH-\d|:\/\/|www\.|mailto:/u);
    expect(written).not.toMatch(/^(?:[#+=-]|\d+[.)])/u);
  });

  test("shows ordinary words as they are", () => {
    expect(plainMarkdown("The service answers 200, with a body: ok (always).", 500)).toBe(
      "The service answers 200, with a body: ok (always).",
    );
  });

  test("hides nothing: what is visible is the text", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        const shown = plainMarkdown(text, 500)
          .replace(/\u200B/gu, "")
          .replace(/\\([\\`*_[\]!~$#+=-])/gu, "$1")
          .replace(/&#(\d+);/gu, (_entity, point: string) => String.fromCodePoint(Number(point)));
        expect(shown).toBe(text.replace(/\s+/gu, " ").trim());
      }),
    );
  });
});

describe("code", () => {
  test("spans outlast the backticks in them", () => {
    expect(codeSpan("npm test", 50)).toBe("`npm test`");
    expect(codeSpan("echo `date` ``x``", 50)).toBe("``` echo `date` ``x`` ```");
    expect(codeSpan("", 50)).toBe("");
  });

  test("a span with a bar ends no table cell", () => {
    const written = codeSpan("grep 'a\\|b' `x` <i>", 50);
    expect(written).toBe("<code>grep &#39;a&#92;&#124;b&#39; &#96;x&#96; &#60;i&#62;</code>");
  });

  test("blocks outlast the fences in them", () => {
    expect(codeBlock("a\n```\nb", "sh")).toBe("````sh\na\n```\nb\n````");
    expect(codeBlock("a", "")).toBe("```\na\n```");
  });
});

test("a table has one line a row, and none without rows", () => {
  expect(markdownTable(["a", "b"], [["1", "2"]])).toBe("| a | b |\n| --- | --- |\n| 1 | 2 |");
  expect(markdownTable(["a"], [])).toBe("");
});
