import { label } from "../shared/label.ts";

/** Longest slug: long enough to recognise a title, short enough for a terminal column. */
export const longestSlug = 40;

/** A title as the readable end of a branch name: `a-z`, `0-9` and single hyphens, at most 40 characters, possibly empty. A slug stays as it is. */
export function branchSlug(title: string): string {
  const words = title
    .normalize("NFKD")
    .replaceAll(/\p{Mark}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, "-")
    .replaceAll(/^-|-$/gu, "");
  if (words.length <= longestSlug) return words;
  const cut = words.slice(0, longestSlug + 1);
  const border = cut.lastIndexOf("-");
  return border > 0 ? cut.slice(0, border) : words.slice(0, longestSlug);
}

/** `spec/SPC-7-export-as-csv` */
export function specBranch(number: number, title: string): string {
  return branchName("spec", label("SPC", number), title);
}

/** `feature/TKT-042-export-as-csv` */
export function ticketBranch(number: number, title: string): string {
  return branchName("feature", label("TKT", number), title);
}

/** `task/TSK-101-write-the-exporter` */
export function taskBranch(number: number, title: string): string {
  return branchName("task", label("TSK", number), title);
}

/** A title without one Latin letter or digit leaves no slug; the label alone is unique, and the kind makes the rest. */
function branchName(kind: "spec" | "feature" | "task", labelled: string, title: string): string {
  const slug = branchSlug(title);
  return `${kind}/${labelled}-${slug === "" ? kind : slug}`;
}

/** What `git check-ref-format` accepts, restricted to names below `refs/` that are printable text. */
export function isRefName(ref: string): boolean {
  if (!ref.startsWith("refs/") || ref.length > 500 || ref.endsWith(".") || ref.includes("..") || ref.includes("@{"))
    return false;
  if (/[\p{Control}\s~^:?*[\\\uFFFD]/u.test(ref)) return false;
  const parts = ref.split("/");
  return parts.length > 2 && parts.every((part) => part !== "" && !part.startsWith(".") && !part.endsWith(".lock"));
}
