/**
 * What a path component becomes on file systems that treat more than one spelling as one name: macOS ignores some
 * invisible characters, Windows drops trailing dots and spaces and everything from a colon on, both ignore case.
 */
function plainComponent(component: string): string {
  return component
    .replaceAll(/[\u200C-\u200F\u202A-\u202E\u206A-\u206F\uFEFF]/gu, "")
    .normalize("NFC")
    .replace(/:.*$/su, "")
    .replace(/[. ]+$/u, "")
    .toLowerCase();
}

/** Components of a path, with the backslash as a separator too, as Windows has it. */
export function componentsOf(path: string): readonly string[] {
  return path.split(/[/\\]/u);
}

/** True when a checkout somewhere would write this component into a repository's own `.git`. */
export function isGitFolder(component: string): boolean {
  return /^(?:\.git|git~\d+)$/u.test(plainComponent(component));
}

/** Git's own files in a tree, with the short names Windows may give them. */
const gitFiles: readonly { readonly name: string; readonly short: RegExp }[] = [
  { name: ".gitmodules", short: /^(?:gitmod~\d+|gi7eb\w*~\d+)$/u },
  { name: ".gitattributes", short: /^(?:gitatt~\d+|gi7d2\w*~\d+)$/u },
  { name: ".gitignore", short: /^(?:gitign~\d+|gi250\w*~\d+)$/u },
  { name: ".mailmap", short: /^(?:mailma~\d+|maba3\w*~\d+)$/u },
];

/** Which of git's own files this component is, and whether it is spelt so that people or tools would not notice. */
export function gitFileOf(component: string): { readonly name: string; readonly disguised: boolean } | null {
  const plain = plainComponent(component);
  const file = gitFiles.find(({ name, short }) => plain === name || short.test(plain));
  return file === undefined ? null : { name: file.name, disguised: component !== file.name };
}

/**
 * Why a symbolic link may not be in a tree, or null. Only leading `..` are allowed: after a name they depend on what
 * other links point at, so a chain of harmless-looking links could leave the tree.
 */
export function linkProblem(path: string, target: string | null): string | null {
  if (target === null) return "its target is longer than any path can be";
  if (target === "") return "it points nowhere";
  if (/^(?:[/\\]|[A-Za-z]:)/u.test(target)) return `it points to the absolute path ${target}`;
  const components = componentsOf(target).filter((component) => component !== "" && component !== ".");
  const ups = components.findIndex((component) => component !== "..");
  const leading = ups === -1 ? components.length : ups;
  if (leading > componentsOf(path).length - 1) return `it points out of the tree, to ${target}`;
  if (components.slice(leading).includes("..")) return `its target ${target} goes up again after going down`;
  if (components.some(isGitFolder)) return `it points into the repository itself, to ${target}`;
  return null;
}
