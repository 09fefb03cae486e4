import { access, readFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { fileURLToPath } from "node:url";

/**
 * The text of the jail's init. Beside its source the types are stripped on the spot, so that it is never stale; an
 * installed package, which carries no sources, holds it built in `dist/`.
 */
export async function readInitProgram(): Promise<string> {
  const source = fileURLToPath(new URL("./program/init.ts", import.meta.url));
  const hasSource = await access(source).then(
    () => true,
    () => false,
  );
  if (hasSource) return stripTypeScriptTypes(await readFile(source, "utf8"));
  return await readFile(fileURLToPath(new URL("./dist/init.mjs", import.meta.url)), "utf8");
}
