import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import {
  promptNames,
  standardsNames,
  type Prompt,
  type Prompts,
  type StandardsFiles,
} from "@omoios/engine/ports/prompts";
import { sha256 } from "./digest.ts";

/** Reads the prompt and standards files this version comes with. */
export async function loadPrompts(): Promise<{ readonly prompts: Prompts; readonly standards: StandardsFiles }> {
  const prompts = await Promise.all(promptNames.map(async (name) => [name, await load(`${name}.md`)] as const));
  const standards = await Promise.all(
    standardsNames.map(async (name) => [name, await load(`standards/${name}.md`)] as const),
  );
  return {
    prompts: Object.fromEntries(prompts) as unknown as Prompts,
    standards: Object.fromEntries(standards) as unknown as StandardsFiles,
  };
}

async function load(path: string): Promise<Prompt> {
  const text = await readFile(fileURLToPath(import.meta.resolve(`@omoios/engine/prompts/${path}`)), "utf8");
  return { text, digest: sha256(text) };
}
