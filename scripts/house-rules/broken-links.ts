import { existsSync } from "node:fs";
import { glob, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { repositoryRoot } from "../command.ts";

const notOurs = ["node_modules", "dist", "coverage", ".git"];
const fence = /^ {0,3}(?:```|~~~)/u;
const link = /!?\[(?:[^\]\\]|\\.)*\]\(<?(?<target>[^\s)>]+)>?(?:\s+"[^"]*")?\)/gu;

/** Links between our pages that lead nowhere: a file that is not there, or a heading that is not in it. */
export async function findBrokenLinks(root = repositoryRoot): Promise<readonly string[]> {
  const pages: string[] = [];
  const exclude = (path: string): boolean => notOurs.some((folder) => path.split("/").includes(folder));
  for await (const path of glob("**/*.md", { cwd: root, exclude })) if (!exclude(path)) pages.push(path);
  const findings = await Promise.all(pages.toSorted().map((page) => brokenOn(page, root)));
  return findings.flat();
}

async function brokenOn(page: string, root: string): Promise<readonly string[]> {
  const findings: string[] = [];
  for (const { text, line } of proseOf(await readFile(join(root, page), "utf8"))) {
    for (const match of text.replaceAll(/`[^`]*`/gu, "").matchAll(link)) {
      const target = match.groups?.["target"] ?? "";
      const problem = /^[a-z][a-z0-9+.-]*:/iu.test(target) ? null : await problemOf(target, page, root);
      if (problem !== null) findings.push(`${page}:${line} links to ${target}: ${problem}`);
    }
  }
  return findings;
}

async function problemOf(target: string, page: string, root: string): Promise<string | null> {
  const [path = "", anchor] = target.split("#", 2);
  const file = path === "" ? page : join(dirname(page), decodeURIComponent(path));
  if (!existsSync(join(root, file))) return "there is no such file";
  if (anchor === undefined || !file.endsWith(".md")) return null;
  const headings = headingsOf(await readFile(join(root, file), "utf8"));
  return headings.has(anchor) ? null : "it has no such heading";
}

/** The anchors a forge gives to headings: the same words again get a number. */
function headingsOf(markdown: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const { text } of proseOf(markdown)) {
    const heading = /^#{1,6}\s+(?<words>.+?)\s*#*$/u.exec(text)?.groups?.["words"];
    if (heading === undefined) continue;
    const plain = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/gu, "$1").toLowerCase();
    const slug = plain.replaceAll(/[^\p{L}\p{N}\s_-]/gu, "").replaceAll(/\s/gu, "-");
    let anchor = slug;
    for (let again = 1; anchors.has(anchor); again += 1) anchor = `${slug}-${again}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** The lines outside code blocks. */
function proseOf(markdown: string): readonly { readonly text: string; readonly line: number }[] {
  let isCode = false;
  return markdown.split("\n").flatMap((text, index) => {
    const isFence = fence.test(text);
    if (isFence) isCode = !isCode;
    return isFence || isCode ? [] : [{ text, line: index + 1 }];
  });
}
