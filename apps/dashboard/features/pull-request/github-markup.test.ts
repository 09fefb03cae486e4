import { expect, test } from "vitest";
import { readGitHubMarkup } from "./github-markup.ts";

const text = (value: string) => ({ type: "text", value });
const html = (value: string) => ({ type: "html", value });
const paragraph = (...children: object[]) => ({ type: "paragraph", children });

function read(...children: object[]): unknown {
  const tree = { type: "root", children };
  readGitHubMarkup()(tree);
  return tree.children;
}

test("a line break in a cell is one, and other HTML stays what is left out", () => {
  expect(read(paragraph(text("a"), html("<br>"), text("b"), html("<script>")))).toEqual([
    paragraph(text("a"), { type: "break" }, text("b"), html("<script>")),
  ]);
});

test("a folded section holds what stands in it, another one too", () => {
  const [outer] = read(
    html("<details><summary>All</summary>"),
    html("<details><summary>One</summary>"),
    paragraph(text("inside")),
    html("</details>"),
    html("</details>"),
  ) as [object];
  const section = (summary: string, ...children: object[]) => ({
    type: "details",
    data: { hName: "details" },
    children: [{ ...paragraph(text(summary)), data: { hName: "summary" } }, ...children],
  });
  expect(outer).toEqual(section("All", section("One", paragraph(text("inside")))));
});

test("an end without a beginning, and a beginning without an end, lose nothing", () => {
  expect(read(html("</details>"), html("<details><summary>Open</summary>"), paragraph(text("kept")))).toEqual([
    html("</details>"),
    paragraph(text("kept")),
  ]);
});

test("a note is no quotation", () => {
  expect(read({ type: "blockquote", children: [paragraph(text("[!NOTE]\nRead this"))] })).toMatchObject([
    { data: { hName: "div", hProperties: { className: "note" } }, children: [paragraph(text("Read this"))] },
  ]);
});
