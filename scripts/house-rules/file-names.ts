import { sourceFiles } from "./source-files.ts";

const sayNothing: ReadonlySet<string> = new Set([
  "utils",
  "util",
  "common",
  "helpers",
  "helper",
  "services",
  "types",
  "misc",
  "index",
]);

/** Files and folders whose name does not say what is in them. */
export async function findEmptyNames(root?: string): Promise<readonly string[]> {
  const paths = await sourceFiles(["{packages,apps,bench,scripts,tests}/**/*.{ts,tsx}"], root);
  return paths
    .filter((path) => path.split("/").some((part) => sayNothing.has(part.replace(/(?:\.[a-z]+)*$/u, ""))))
    .map((path) => `${path}: the name says nothing; call it after the one thing it holds`);
}
