/**
 * True when a plan's declaration covers a path. A declaration is a file (`src/a.ts`), a folder (`src/` or `src/**`) or a
 * pattern in which `*` stands for part of a name, `?` for one character and `**` for any number of folders.
 */
export function isDeclared(path: string, declarations: readonly string[]): boolean {
  return declarations.some((declaration) => patternOf(declaration).test(path));
}

/**
 * True when a plan names a sensitive file itself. A broad pattern such as `**` does not count: whoever approved it did
 * not think of the file that a `.npmrc` deep below it is.
 */
export function isDeclaredByName(path: string, declarations: readonly string[]): boolean {
  return declarations.some((declaration) => plain(declaration) === path);
}

function plain(declaration: string): string {
  return declaration.replace(/^(?:\.\/)+/u, "");
}

function patternOf(declaration: string): RegExp {
  const text = plain(declaration).replace(/\/$/u, "/**");
  const source = text.replaceAll(/\*\*\/|\*\*|\*|\?|[^*?]+/gu, (part) => {
    if (part === "**/") return "(?:[^/]+/)*";
    if (part === "**") return ".*";
    if (part === "*") return "[^/]*";
    if (part === "?") return "[^/]";
    return part.replaceAll(/[\\^$.|+()[\]{}/]/gu, String.raw`\$&`);
  });
  return new RegExp(`^${source}$`, "su");
}
