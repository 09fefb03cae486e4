import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promptNames, type Prompt, type PromptName, type Prompts } from "@omoios/engine/ports/prompts";
import { sha256 } from "./digest.ts";

/** Reads the prompt files this version comes with. */
export async function loadPrompts(): Promise<Prompts> {
  const entries = await Promise.all(promptNames.map(async (name) => [name, await loadPrompt(name)] as const));
  return Object.fromEntries(entries) as Record<PromptName, Prompt>;
}

async function loadPrompt(name: PromptName): Promise<Prompt> {
  const text = await readFile(fileURLToPath(import.meta.resolve(`@omoios/engine/prompts/${name}.md`)), "utf8");
  return { text, digest: sha256(text) };
}
