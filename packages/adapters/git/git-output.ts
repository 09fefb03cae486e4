/** Fields of NUL-separated output; the NUL that ends the last field makes no empty field of its own. */
export function splitFields(output: Buffer): readonly string[] {
  const fields = output.toString("utf8").split("\0");
  if (fields.at(-1) === "") fields.pop();
  return fields;
}

/** Titles and other strings to the terminal, then control sequences (colours, cursor), then the short escapes. */
const escapeSequence =
  /\u001B[\]PX^_][^\u0007\u001B]*(?:\u0007|\u001B\\)?|(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]?|\u001B[ -/]*[0-~]?/gu;

/** What is left of control characters, and the marks that make text read in another order than it is written. */
const invisible = /(?![\t\n])[\p{Control}\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/**
 * Text of another process made safe to print. A sandbox chooses what its upload-pack writes, and git passes it on as
 * `remote: …`.
 */
export function plainText(text: string): string {
  return text.replaceAll(escapeSequence, "").replaceAll("\r", "\n").replaceAll(invisible, "");
}

/** Git's own reason, in one line: its `fatal:` and `error:` lines, or else the last line that says anything. */
export function reasonOf(stderr: string): string {
  const lines = stderr
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const named = lines
    .filter((line) => /^(?:remote: )?(?:fatal|error): /u.test(line))
    .map((line) => line.replace(/^(?:remote: )?(?:fatal|error): /u, ""));
  return (named.length > 0 ? named.slice(0, 3).join("; ") : (lines.at(-1) ?? "git gave no reason")).slice(0, 500);
}

const fullId = /^[0-9a-f]{40}$/u;

/** True for a full object id, the only way this adapter names objects to git. */
export function isObjectId(text: string): boolean {
  return fullId.test(text);
}
