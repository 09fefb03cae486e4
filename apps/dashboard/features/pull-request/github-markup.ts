/** As much of a Markdown tree as is looked at here. */
interface MarkdownNode {
  readonly type: string;
  value?: string;
  children?: MarkdownNode[];
  data?: { hName?: string; hProperties?: Readonly<Record<string, string>> };
}

/**
 * A remark plugin for the markup GitHub knows beyond Markdown, as the text of a pull request uses it: line breaks in
 * tables, folded sections and notes. Everything else that is HTML stays what it is, and is left out by the page.
 */
export function readGitHubMarkup(): (tree: object) => void {
  return (tree) => read(tree as MarkdownNode);
}

const lineBreak = /^<br\s*\/?>$/u;
const foldStart = /^<details><summary>(?<summary>[^<]*)<\/summary>$/u;
const foldEnd = "</details>";
const note = /^\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*/u;

function read(node: MarkdownNode): void {
  if (node.children === undefined) return;
  if (node.type === "blockquote") markNote(node);
  node.children = folded(node.children).map((child) =>
    child.type === "html" && lineBreak.test(child.value ?? "") ? { type: "break" } : child,
  );
  node.children.forEach(read);
}

function markNote(quote: MarkdownNode): void {
  const text = quote.children?.[0]?.children?.[0];
  if (text?.type !== "text" || !note.test(text.value ?? "")) return;
  text.value = (text.value ?? "").replace(note, "");
  quote.data = { hName: "div", hProperties: { className: "note" } };
}

/** Puts what stands between the two ends of a folded section inside it. */
function folded(nodes: readonly MarkdownNode[]): MarkdownNode[] {
  const done: MarkdownNode[] = [];
  const open: { readonly summary: string; readonly children: MarkdownNode[] }[] = [];
  for (const node of nodes) {
    const value = node.type === "html" ? (node.value ?? "").trim() : "";
    const summary = foldStart.exec(value)?.groups?.["summary"];
    const inner = open.at(-1);
    if (summary !== undefined) open.push({ summary, children: [] });
    else if (value === foldEnd && inner !== undefined) {
      open.pop();
      (open.at(-1)?.children ?? done).push(foldedSection(inner.summary, inner.children));
    } else (inner?.children ?? done).push(node);
  }
  return [...done, ...open.flatMap(({ children }) => children)];
}

function foldedSection(summary: string, children: MarkdownNode[]): MarkdownNode {
  const head = { type: "paragraph", data: { hName: "summary" }, children: [{ type: "text", value: summary }] };
  return { type: "details", data: { hName: "details" }, children: [head, ...children] };
}
