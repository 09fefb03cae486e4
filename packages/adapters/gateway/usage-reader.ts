import { noTokens, type TokenUse } from "@omoios/domain/budget/call-cost";
import { StringDecoder } from "node:string_decoder";
import type { UsageParser } from "./dialect.ts";

/** Bytes of an answer in an average token, for one nobody let finish. */
const bytesPerToken = 4;
/** More bytes than any token has. */
const longestTokenBytes = 32;
/** A longer line of a stream is no event this has to read. */
const maxLineChars = 4 * 1024 * 1024;

/**
 * Reads what an answer used while it passes by, from a stream of events or from one JSON document. It keeps the line at
 * hand and the counts, not the answer.
 */
export class UsageReader {
  /** True once the provider has counted the end. */
  isComplete = false;
  readonly #isStream: boolean;
  readonly #parse: UsageParser;
  readonly #decoder = new StringDecoder("utf8");
  #rest = "";
  #use: TokenUse | null = null;
  #writtenBytes = 0;

  constructor(parse: UsageParser, isStream: boolean) {
    this.#parse = parse;
    this.#isStream = isStream;
  }

  add(chunk: Buffer): void {
    this.#rest += this.#decoder.write(chunk);
    if (!this.#isStream) return;
    const lines = this.#rest.split("\n");
    this.#rest = lines.pop() ?? "";
    if (this.#rest.length > maxLineChars) this.#rest = "";
    for (const line of lines) if (line.startsWith("data:")) this.#take(line.slice(5));
  }

  end(): void {
    if (!this.#isStream) this.#take(this.#rest);
  }

  /**
   * What was used, as far as is known: the provider's count, or for a cut answer at least what came through. A provider
   * that counts only at the end has not said what it read, so that is `inputTokens`; null when nothing came through.
   */
  use(inputTokens: number): TokenUse | null {
    if (this.isComplete) return this.#use;
    if (this.#use === null && this.#writtenBytes === 0) return null;
    const known = this.#use ?? { ...noTokens, input: inputTokens };
    return { ...known, output: Math.max(known.output, Math.ceil(this.#writtenBytes / bytesPerToken), 1) };
  }

  /** True when the answer is longer than was asked for, whatever the provider counts. */
  isBeyond(outputTokens: number): boolean {
    return (this.#use?.output ?? 0) > outputTokens || this.#writtenBytes / longestTokenBytes > outputTokens;
  }

  #take(text: string): void {
    const event = this.#parse(parseJson(text), this.#use);
    if (event === null) return;
    this.#use = event.use;
    this.#writtenBytes += event.writtenBytes;
    this.isComplete ||= event.isLast;
  }
}

/** Undefined for what is no JSON: a stream may hold anything. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
