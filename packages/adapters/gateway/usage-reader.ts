import { noTokens, type TokenUse } from "@omoios/domain/budget/call-cost";
import { StringDecoder } from "node:string_decoder";
import { z } from "zod";

const count = z.int().min(0);
const usageSchema = z.object({
  input_tokens: count.nullish(),
  cache_read_input_tokens: count.nullish(),
  cache_creation_input_tokens: count.nullish(),
  cache_creation: z.object({ ephemeral_1h_input_tokens: count.nullish() }).nullish(),
  output_tokens: count.nullish(),
});
const eventSchema = z.object({
  type: z.string().optional(),
  message: z.object({ usage: usageSchema }).nullish(),
  usage: usageSchema.nullish(),
  delta: z
    .object({ text: z.string().optional(), thinking: z.string().optional(), partial_json: z.string().optional() })
    .nullish(),
});

/** Bytes of an answer in an average token, for one nobody let finish. */
const bytesPerToken = 4;
/** More bytes than any token has. */
const longestTokenBytes = 32;
/** A longer line of a stream is no event this has to read. */
const maxLineChars = 4 * 1024 * 1024;

/**
 * Reads what an answer on the Anthropic Messages wire used while it passes by, from a stream of events or from one JSON
 * document. It keeps the line at hand and the counts, not the answer.
 */
export class UsageReader {
  /** True once the provider has counted the end. */
  isComplete = false;
  readonly #isStream: boolean;
  readonly #decoder = new StringDecoder("utf8");
  #rest = "";
  #use: TokenUse | null = null;
  #writtenBytes = 0;

  constructor(isStream: boolean) {
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

  /** What was used, as far as is known: the provider's count, or for a cut answer at least what came through. */
  use(): TokenUse | null {
    if (this.#use === null) return null;
    const written = this.isComplete ? 0 : Math.ceil(this.#writtenBytes / bytesPerToken);
    return { ...this.#use, output: Math.max(this.#use.output, written, 1) };
  }

  /** True when the answer is longer than was asked for, whatever the provider counts. */
  isBeyond(outputTokens: number): boolean {
    return (this.#use?.output ?? 0) > outputTokens || this.#writtenBytes / longestTokenBytes > outputTokens;
  }

  #take(text: string): void {
    const event = parse(text);
    if (event === null) return;
    const usage = event.message?.usage ?? event.usage;
    if (usage !== null && usage !== undefined) this.#use = merge(this.#use ?? noTokens, usage);
    if (event.type === "message_delta" || event.type === "message") this.isComplete = true;
    const { text: words = "", thinking = "", partial_json: json = "" } = event.delta ?? {};
    this.#writtenBytes += Buffer.byteLength(words) + Buffer.byteLength(thinking) + Buffer.byteLength(json);
  }
}

function parse(text: string): z.infer<typeof eventSchema> | null {
  try {
    return eventSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Later numbers replace earlier ones: each event counts from the beginning. */
function merge(known: TokenUse, usage: z.infer<typeof usageSchema>): TokenUse {
  const long = usage.cache_creation?.ephemeral_1h_input_tokens ?? known.cacheWriteLong;
  const written = usage.cache_creation_input_tokens ?? known.cacheWrite + known.cacheWriteLong;
  return {
    input: usage.input_tokens ?? known.input,
    cacheRead: usage.cache_read_input_tokens ?? known.cacheRead,
    cacheWrite: Math.max(0, written - long),
    cacheWriteLong: long,
    output: usage.output_tokens ?? known.output,
  };
}
