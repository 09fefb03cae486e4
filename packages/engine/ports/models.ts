import type { TokenUse } from "@omoios/domain/budget/call-cost";
import { FaultError, type Fault } from "@omoios/domain/shared/fault";
import type { z } from "zod";

/** Structured calls of a model. The adapter checks the answer against the schema and asks again, at most twice. */
export interface Models {
  /**
   * Throws `invalid` when the model id is unknown or its key is missing, naming the variable to set. Returns the variable
   * its key is in, null when it needs none.
   */
  check(model: string): string | null;
  /**
   * Throws a {@link ModelCallError}: `unavailable` when no try gave an answer that fits the schema, or the provider is
   * away (`isOutage`), `invalid` when the key is refused; and a `ProviderWait` when the provider wants no requests until a time.
   */
  generate<Value>(request: ModelRequest<Value>): Promise<ModelReply<Value>>;
}

export interface ModelRequest<Value> {
  /** `provider:name`, or `scripted`. */
  readonly model: string;
  /** What the call is for, for example `plan-direct`: chooses the scripted answer and is booked with the call. */
  readonly role: string;
  readonly specId: string;
  /** How many calls of this role were made for the same thing before; a scripted model answers in that order. */
  readonly turn: number;
  readonly system: string;
  readonly prompt: string;
  readonly schema: z.ZodType<Value>;
  readonly signal: AbortSignal;
  /** Called before each exchange with the provider; the adapter asks for no more output than it grants, and ends it. */
  readonly meter: Meter;
}

/** Holds what an exchange may cost. Throws `limit` when that is not left, and whatever the database throws. */
export type Meter = (call: CallToMeter) => Promise<MeteredCall>;

export interface CallToMeter {
  /** The most tokens the input can have. */
  readonly inputTokens: number;
  /** True when the provider may be asked to cache input, which costs more. */
  readonly caches: boolean;
  readonly wantedOutputTokens: number;
  /** With fewer the exchange is not worth making. */
  readonly leastOutputTokens: number;
}

export interface MeteredCall {
  /** What may be asked for. */
  readonly outputTokens: number;
  end(end: ExchangeEnd): Promise<void>;
}

/**
 * answered: the provider counted. cut: somebody left before the end, so the numbers are the least it can have been.
 * refused: the provider did no work. unknown: it never answered, so its input counts as spent.
 */
export type ExchangeEnd =
  { readonly outcome: "answered" | "cut" | "refused"; readonly use: TokenUse } | { readonly outcome: "unknown" };

export interface ModelReply<Value> {
  readonly value: Value;
  readonly tries: number;
  /** Summed over all tries. */
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** A call that gave no value. It may have been paid for all the same, so it carries what its tries used. */
export class ModelCallError extends FaultError {
  readonly spent: Omit<ModelReply<never>, "value">;
  /** True when the provider was away: nothing is wrong with the call, and it may be made again. */
  readonly isOutage: boolean;

  constructor(
    fault: Fault,
    about: { readonly spent: Omit<ModelReply<never>, "value">; readonly isOutage: boolean },
    options?: ErrorOptions,
  ) {
    super(fault, options);
    this.spent = about.spent;
    this.isOutage = about.isOutage;
  }
}
