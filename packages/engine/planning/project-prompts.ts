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
  const paths = [...promptNames.map((name) => `${name}.md`), ...standardsNames.map((name) => `standards/${name}.md`)];
  const found = await hub.readFiles(
    commit,
    paths.map((path) => `${folder}/${path}`),
    maxBytes,
  );
  const own = (path: string, given: Prompt): Prompt => {
    const text = found.get(`${folder}/${path}`);
    return text === undefined ? given : { text, digest: parts.digest(text) };
  };
  const prompts = promptNames.map((name) => [name, own(`${name}.md`, parts.prompts[name])] as const);
  const standards = standardsNames.map((name) => [name, own(`standards/${name}.md`, parts.standards[name])] as const);
  return {
    prompts: Object.fromEntries(prompts) as unknown as Prompts,
    standards: Object.fromEntries(standards) as unknown as StandardsFiles,
  };
}
