import { createAnthropic } from "@ai-sdk/anthropic";
import { FaultError } from "@omoios/domain/shared/fault";
import type { ModelRequest, Models } from "@omoios/engine/ports/models";
import { addressOf, type ModelAddress, type ModelSettings } from "./model-address.ts";
import type { ModelRoute } from "./model-route.ts";
import { structuredCall } from "./structured-call.ts";

export interface ModelsOptions extends ModelSettings {
  /** The longest one try may take. */
  readonly tryTimeoutMs?: number;
  readonly now: () => Date;
}

/** `fetch` gives up on a server that sends no headers for 300 s, with a less clear error; ours comes first. */
const defaultTryTimeoutMs = 280_000;
/** A shorter "key" is no secret, and striking it out would garble every message. */
const shortestSecret = 6;

/**
 * Structured model calls over the AI SDK. The scripted model is reached through the same provider over HTTP, so what a
 * scripted run exercises is what a real one uses; only the address, and the headers that pick the answer, differ.
 */
export function openModels(options: ModelsOptions): Models {
  return {
    check(model) {
      plannerAddress(model, options);
    },
    generate(request) {
      return structuredCall(request, (asked) => routeTo(asked, options));
    },
  };
}

function routeTo(request: ModelRequest<unknown>, options: ModelsOptions): ModelRoute {
  const address = plannerAddress(request.model, options);
  const scripted = address.provider === "scripted";
  const provider = createAnthropic({
    baseURL: scripted ? `${address.baseUrl}/spec/${encodeURIComponent(request.specId)}/v1` : address.baseUrl,
    apiKey: address.key,
    ...(scripted && { headers: scriptHeaders(request) }),
    fetch: fetchWithoutRedirects,
  });
  return {
    model: provider(address.name),
    address,
    secrets: secretsOf(address),
    // The same question to a script has the same answer, so only a real provider is asked again after a failure.
    transportRetries: scripted ? 0 : 2,
    nativeOutput: scripted,
    tryTimeoutMs: options.tryTimeoutMs ?? defaultTryTimeoutMs,
    now: options.now,
  };
}

/** Plans and verdicts are asked for on the wire of Anthropic. */
function plannerAddress(model: string, settings: ModelSettings): ModelAddress {
  const address = addressOf(model, settings);
  if (address.provider === "anthropic" || address.provider === "scripted") return address;
  throw new FaultError({
    kind: "invalid",
    message: `The model ${model} cannot plan or judge here`,
    problems: [
      {
        at: "--model",
        message: `models of ${address.provider} work as an agent's model only (models.agent)`,
        fix: "Choose a model with --model anthropic:<name>",
      },
    ],
  });
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
