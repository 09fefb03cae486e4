import { isCutDiff } from "@omoios/domain/shared/cut-diff";
import type { ChangedFile } from "@omoios/domain/spec/reading-list";

/** A line of a hunk; the number of the side it is not on is null. */
export interface DiffLine {
  readonly kind: "same" | "added" | "removed";
  readonly before: number | null;
  readonly after: number | null;
  readonly text: string;
}

export interface DiffHunk {
  readonly heading: string;
  readonly lines: readonly DiffLine[];
}

export interface DiffFile extends ChangedFile {
  readonly hunks: readonly DiffHunk[];
}

export interface Diff {
  readonly files: readonly DiffFile[];
  /** It was longer than the server gives out; the last file may be incomplete. */
  readonly cut: boolean;
}

const hunkHead = /^@@ -(?<before>\d+)(?:,\d+)? \+(?<after>\d+)(?:,\d+)? @@ ?(?<place>.*)$/u;

/** A unified diff as git prints it, without renames. */
export function parseDiff(text: string): Diff {
  const sections = text.split(/^(?=diff --git )/mu).filter((section) => section.startsWith("diff --git "));
  return { files: sections.map(parseFile), cut: isCutDiff(text) };
}

function parseFile(section: string): DiffFile {
  const [head = "", ...parts] = section.split(/^(?=@@ -)/mu);
  const hunks = parts.map(parseHunk);
  const count = (kind: DiffLine["kind"]): number =>
    hunks.reduce((sum, hunk) => sum + hunk.lines.filter((line) => line.kind === kind).length, 0);
  const binary = /^(?:Binary files |GIT binary patch)/mu.test(head);
  return {
    path: pathOf(head),
    status: statusOf(head),
    addedLines: binary ? null : count("added"),
    removedLines: binary ? null : count("removed"),
    hunks,
  };
}

function statusOf(head: string): ChangedFile["status"] {
  if (/^new file mode/mu.test(head)) return "added";
  return /^deleted file mode/mu.test(head) ? "deleted" : "modified";
}

/** The path after the change, or before it where there is none after; git quotes one with unusual characters. */
function pathOf(head: string): string {
  const named = (mark: string): string | undefined =>
    new RegExp(`^${mark} "?[ab]/(?<path>.*?)"?\\t?$`, "mu").exec(head)?.groups?.["path"];
  const first = /^diff --git "?a\/.*?"? "?b\/(?<path>.*?)"?$/mu.exec(head)?.groups?.["path"];
  return named("\\+\\+\\+") ?? named("---") ?? first ?? "";
}

function parseHunk(part: string): DiffHunk {
  const [head = "", ...rows] = part.replace(/\n$/u, "").split("\n");
  const found = hunkHead.exec(head)?.groups;
  let before = Number(found?.["before"] ?? 1);
  let after = Number(found?.["after"] ?? 1);
  const lines: DiffLine[] = [];
  for (const row of rows) {
    const text = row.slice(1);
    if (row.startsWith("+")) lines.push({ kind: "added", before: null, after: after++, text });
    else if (row.startsWith("-")) lines.push({ kind: "removed", before: before++, after: null, text });
    else if (row.startsWith(" ")) lines.push({ kind: "same", before: before++, after: after++, text });
  }
  return { heading: found?.["place"] ?? "", lines };
}
