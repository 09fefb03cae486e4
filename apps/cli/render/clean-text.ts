import { stripVTControlCharacters } from "node:util";

const invisible = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;
const invisibleExceptLayout = /(?![\n\t])[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/**
 * One line of text that is safe to print. Agents, models and repositories are hostile: escape sequences can rewrite what
 * a person sees, and format characters can turn the direction of a line around.
 */
export function cleanLine(text: string): string {
  return stripVTControlCharacters(text).replace(/\s+/gu, " ").replace(invisible, "").trim();
}

/** Text of many lines that is safe to print; line ends and tabs are kept. */
export function cleanBlock(text: string): string {
  return stripVTControlCharacters(text).replace(/\r\n?/gu, "\n").replace(invisibleExceptLayout, "");
}
