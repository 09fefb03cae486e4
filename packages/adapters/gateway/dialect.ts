import type { TokenUse } from "@omoios/domain/budget/call-cost";
import type { IncomingHttpHeaders } from "node:http";

/** One wire models are asked on: what passes, how the key travels, and where an answer says what it used. */
export interface Dialect {
  /** Paths that ask for an answer, or for a count of tokens alone, by POST. */
  readonly paths: ReadonlyMap<string, Asked>;
  /** Reads a request, leaves out what may not pass, and refuses what would make the provider fetch something. */
  readRequest(text: string): AskedRequest;
  /** The headers that carry the key, with the few of the agent's own that may pass. */
  providerHeaders(key: string, agent: IncomingHttpHeaders): Readonly<Record<string, string>>;
  /** Headers of the provider's answer an agent may see, beside its content type. */
  readonly passedHeaders: RegExp;
  readonly readUsage: UsageParser;
  /** An answer of the gateway itself, in the shape of the provider's. */
  refusal(status: number, message: string): object;
  /** The list of models, with the only one there is. */
  modelList(name: string): object;
}

export interface Asked {
  /** Below the provider's version, for example `/messages`. */
  readonly path: string;
  /** False when it produces no output and costs nothing. */
  readonly isMetered: boolean;
}

/** A request as it may be sent on. */
export interface AskedRequest {
  readonly model: string;
  /** Null when it says nothing of its output, as a count of tokens does. */
  readonly wantedOutputTokens: number | null;
  /** With fewer output tokens the provider would refuse it. */
  readonly leastOutputTokens: number;
  readonly inputTokens: number;
  readonly caches: boolean;
  /** What was left out. */
  readonly stripped: readonly string[];
  /** The body to send, with no more output asked for than this. */
  body(outputTokens: number | null): string;
}

/** Reads one event of a stream, or the one document of an answer. Null: it says nothing about use. */
export type UsageParser = (event: unknown, known: TokenUse | null) => UsageEvent | null;

export interface UsageEvent {
  /** What was used until here, as the provider counts; null while it has counted nothing. */
  readonly use: TokenUse | null;
  /** Bytes of the answer this event carries. */
  readonly writtenBytes: number;
  /** True when the provider's count is final. */
  readonly isLast: boolean;
}
