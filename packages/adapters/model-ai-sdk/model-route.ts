import type { LanguageModel } from "ai";
import type { ModelAddress } from "./model-address.ts";

/** Where a request goes and how. */
export interface ModelRoute {
  readonly model: LanguageModel;
  readonly address: ModelAddress;
  /** Texts that must not be repeated in a message. */
  readonly secrets: readonly string[];
  readonly transportRetries: number;
  /** True to demand the provider's own structured output even for a model name the SDK does not know. */
  readonly nativeOutput: boolean;
  readonly tryTimeoutMs: number;
  readonly now: () => Date;
}
