import type { LogRecord } from "@omoios/contract/attempt-log";
import { cleanBlock } from "./clean-text.ts";
import type { Paint } from "./paint.ts";

/**
 * Turns log records into text. Records are pieces, not lines: a line may come in several of them. What checks and the
 * system wrote is marked, so that nothing an agent prints can pass for it.
 */
export class LogText {
  readonly #paint: Paint;
  #source: LogRecord["source"] | null = null;
  #atLineStart = true;

  constructor(paint: Paint) {
    this.#paint = paint;
  }

  render(record: LogRecord): string {
    const parts: string[] = [];
    if (!this.#atLineStart && this.#source !== record.source) {
      parts.push("\n");
      this.#atLineStart = true;
    }
    this.#source = record.source;
    for (const line of cleanBlock(record.text).split(/(?<=\n)/u)) {
      if (line === "") continue;
      parts.push(this.#atLineStart ? this.#prefix(record) : "", line);
      this.#atLineStart = line.endsWith("\n");
    }
    return parts.join("");
  }

  /** The line end that is missing after the last record. */
  end(): string {
    return this.#atLineStart ? "" : "\n";
  }

  #prefix({ source }: LogRecord): string {
    return `${this.#paint("quiet", `${source.padEnd(6)} |`)} `;
  }
}
