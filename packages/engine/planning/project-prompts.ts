import { promptNames, standardsNames, type Prompt, type Prompts, type StandardsFiles } from "../ports/prompts.ts";
import type { Digest } from "../ports/digest.ts";
import type { Hub } from "../ports/repository.ts";

const folder = ".omoios/prompts";
const maxBytes = 64_000;

interface PromptParts {
  readonly prompts: Prompts;
  readonly standards: StandardsFiles;
  readonly digest: Digest;
}

/**
 * The prompts and standards of a project: those of this version, with the files in `.omoios/prompts` of the commit in
 * their place. They come from the commit the spec builds on, never from an attempt's tree.
 */
export async function projectPrompts(
  parts: PromptParts,
  hub: Hub,
  commit: string,
): Promise<{ readonly prompts: Prompts; readonly standards: StandardsFiles }> {
  const own = async (path: string, given: Prompt): Promise<Prompt> => {
    const text = await hub.readFile(commit, `${folder}/${path}`, maxBytes);
    return text === null ? given : { text, digest: parts.digest(text) };
  };
  const prompts = await Promise.all(
    promptNames.map(async (name) => [name, await own(`${name}.md`, parts.prompts[name])] as const),
  );
  const standards = await Promise.all(
    standardsNames.map(async (name) => [name, await own(`standards/${name}.md`, parts.standards[name])] as const),
  );
  return {
    prompts: Object.fromEntries(prompts) as unknown as Prompts,
    standards: Object.fromEntries(standards) as unknown as StandardsFiles,
  };
}
