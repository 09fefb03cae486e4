/**
 * Characters that are not text: controls, invisible format characters and the ones that turn the direction of writing
 * around, with which a hostile text can hide from or mislead its reader.
 */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\u2028\u2029]+/gu;

/** Text made elsewhere as one visible line of at most `maxLength` characters; a cut is shown by an ellipsis. */
export function oneLine(text: string, maxLength: number): string {
  return cut(text.replace(/\s+/gu, " ").replace(invisible, "").trim(), maxLength);
}

/** As {@link oneLine}, keeping line breaks and tabs. */
export function visibleLines(text: string, maxLength: number): string {
  const lines = text.replace(/\r\n?/gu, "\n").replace(invisible, (run) => run.replace(/[^\n\t]/gu, ""));
  return cut(lines, maxLength);
}

/** "a", "a and b", "a, b and 3 more". */
export function listText(items: readonly string[], shown: number): string {
  const rest = items.length - shown;
  const parts = rest > 0 ? [...items.slice(0, shown), `${rest} more`] : items;
  if (parts.length < 2) return parts.join("");
  return `${parts.slice(0, -1).join(", ")} and ${parts.slice(-1).join("")}`;
}

function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const characters = Array.from(text);
  return characters.length <= maxLength ? text : `${characters.slice(0, Math.max(0, maxLength - 1)).join("")}…`;
}
