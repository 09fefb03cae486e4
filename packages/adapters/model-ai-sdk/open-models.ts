import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { configSchema } from "@omoios/contract/config";
import type { ModelRequest, Models } from "@omoios/engine/ports/models";
import { extractJsonMiddleware, wrapLanguageModel } from "ai";
import { addressOf, needsKey, type ModelAddress, type ModelSettings } from "./model-address.ts";
import type { ModelRoute } from "./model-route.ts";
import { structuredCall } from "./structured-call.ts";

export interface ModelsOptions extends ModelSettings {
  /** The longest one try may take. */
  readonly tryTimeoutMs?: number;
  /** The longest answer asked for, in tokens. */
  readonly maxOutputTokens?: number;
  /** False for an openai-compatible endpoint that cannot be given a schema: it then stands in the words. */
  readonly sendsSchema?: boolean;
  /** How often a provider that is busy or away is asked again at once. */
  readonly transportRetries?: number;
  readonly now: () => Date;
}

const defaults = configSchema.parse({}).models;
/** A shorter "key" is no secret, and striking it out would garble every message. */
const shortestSecret = 6;

/**
 * Structured model calls over the AI SDK. The scripted model is reached through the same provider over HTTP, so what a
 * scripted run exercises is what a real one uses; only the address, and the headers that pick the answer, differ.
 */
export function openModels(options: ModelsOptions): Models {
  return {
    check(model) {
      const address = addressOf(model, options);
      return needsKey(address) ? address.keySetting : null;
    },
    generate(request) {
      return structuredCall(request, (asked) => routeTo(asked, options));
    },
  };
}

function routeTo(request: ModelRequest<unknown>, options: ModelsOptions): ModelRoute {
  const address = addressOf(request.model, options);
  const { sendsSchema = defaults.jsonSchema } = options;
  const scripted = address.provider === "scripted";
  return {
    model: scripted ? scriptedModel(address, request) : modelAt(address, sendsSchema),
    address,
    secrets: secretsOf(address),
    // The same question to a script has the same answer, so only a real provider is asked again after a failure.
    transportRetries: scripted ? 0 : (options.transportRetries ?? 2),
    providerOptions: scripted ? scriptedOptions : schemaAsHint,
    schemaInWords: address.provider === "openai-compatible" && !sendsSchema,
    tryTimeoutMs: options.tryTimeoutMs ?? defaults.timeoutMs,
    maxOutputTokens: options.maxOutputTokens ?? defaults.maxOutputTokens,
    now: options.now,
  };
}

/** Demands the provider's own structured output although the SDK does not know the model's name. */
const scriptedOptions: ModelRoute["providerOptions"] = { anthropic: { structuredOutputMode: "outputFormat" } };

/** OpenAI's strict mode refuses schemas with optional fields; what the answer is held to is the check after it. */
const schemaAsHint: ModelRoute["providerOptions"] = {
  openai: { strictJsonSchema: false },
  openaiCompatible: { strictJsonSchema: false },
};

function modelAt(address: ModelAddress, sendsSchema: boolean): ModelRoute["model"] {
  const common = { baseURL: address.baseUrl, apiKey: address.key, fetch: fetchWithoutRedirects };
  if (address.provider === "openai") return createOpenAI(common).chat(address.name);
  if (address.provider !== "openai-compatible") return createAnthropic(common)(address.name);
  const provider = createOpenAICompatible({
    ...common,
    name: address.provider,
    supportsStructuredOutputs: sendsSchema,
  });
  // Small models like to put a fence around what they were asked for.
  return wrapLanguageModel({ model: provider(address.name), middleware: extractJsonMiddleware() });
}

function scriptedModel(address: ModelAddress, request: ModelRequest<unknown>): ModelRoute["model"] {
  const provider = createAnthropic({
    baseURL: `${address.baseUrl}/spec/${encodeURIComponent(request.specId)}/v1`,
    apiKey: address.key,
    headers: scriptHeaders(request),
    fetch: fetchWithoutRedirects,
  });
  return provider(address.name);
}

/** Which answer of the scenario is meant. Never sent to a real provider. */
function scriptHeaders(request: ModelRequest<unknown>): Record<string, string> {
  return { "x-omoios-role": encodeURIComponent(request.role), "x-omoios-turn": String(request.turn) };
}

/** Following one would carry the key header to whatever host the answer names; so it counts as the provider's answer. */
const fetchWithoutRedirects: typeof fetch = (input, init) => fetch(input, { ...init, redirect: "manual" });

function secretsOf(address: ModelAddress): readonly string[] {
  return address.provider === "scripted" || address.key.length < shortestSecret ? [] : [address.key];
}
