/**
 * JSON for a `jsonb` parameter; `null` and nothing become SQL NULL. NUL and unpaired surrogates, which PostgreSQL cannot
 * store and hostile output contains, become U+FFFD.
 */
export function json(value: object): string;
export function json(value: unknown): string | null;
export function json(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === "string" ? storableText(part) : part));
}

/** Text as PostgreSQL can store it. */
function storableText(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\uFFFD");
}

/** Parameters as a driver can send them. */
export function storableParameters(parameters: readonly unknown[]): readonly unknown[] {
  return parameters.map((parameter) => (typeof parameter === "string" ? storableText(parameter) : parameter));
}
