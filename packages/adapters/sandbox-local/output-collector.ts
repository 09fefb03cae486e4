/** Keeps the first bytes of a program's output, both streams together, and counts the rest. */
export class OutputCollector {
  readonly #kept = { stdout: [] as string[], stderr: [] as string[] };
  #room: number;
  #droppedBytes = 0;

  constructor(maxBytes: number) {
    this.#room = maxBytes;
  }

  add(chunk: { readonly stream: "stdout" | "stderr"; readonly text: string }): void {
    const bytes = Buffer.byteLength(chunk.text);
    const text = bytes <= this.#room ? chunk.text : cutToBytes(chunk.text, this.#room);
    const keptBytes = bytes <= this.#room ? bytes : Buffer.byteLength(text);
    if (keptBytes > 0) this.#kept[chunk.stream].push(text);
    // Once something was dropped nothing later is kept: what is kept is a beginning, without holes.
    this.#room = keptBytes < bytes ? 0 : this.#room - keptBytes;
    this.#droppedBytes += bytes - keptBytes;
  }

  result(): { readonly stdout: string; readonly stderr: string; readonly droppedBytes: number } {
    return { stdout: this.#kept.stdout.join(""), stderr: this.#kept.stderr.join(""), droppedBytes: this.#droppedBytes };
  }
}

/** The longest beginning of `text` of at most `maxBytes` bytes of UTF-8 that ends at a character's border. */
function cutToBytes(text: string, maxBytes: number): string {
  if (maxBytes <= 0) return "";
  const bytes = Buffer.from(text).subarray(0, maxBytes);
  let end = bytes.length;
  const isWhole = (): boolean => Buffer.from(bytes.subarray(0, end).toString("utf8")).equals(bytes.subarray(0, end));
  while (end > 0 && !isWhole()) end -= 1;
  return bytes.subarray(0, end).toString("utf8");
}
