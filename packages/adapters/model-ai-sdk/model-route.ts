import type { generateText, LanguageModel } from "ai";
import type { ModelAddress } from "./model-address.ts";

/** Where a request goes and how. */
export interface ModelRoute {
  readonly model: LanguageModel;
  readonly address: ModelAddress;
  /** Texts that must not be repeated in a message. */
  readonly secrets: readonly string[];
  readonly transportRetries: number;
  /** How each kind of provider is to be asked; the others' are ignored. */
  readonly providerOptions: NonNullable<Parameters<typeof generateText>[0]["providerOptions"]>;
  /** True where the schema does not travel beside the words and has to be among them. */
  readonly schemaInWords: boolean;
  readonly tryTimeoutMs: number;
  readonly maxOutputTokens: number;
  readonly now: () => Date;
}
