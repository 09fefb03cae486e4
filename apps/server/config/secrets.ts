import { inspect } from "node:util";
import type { Environment } from "./environment.ts";

/** Shorter values would strike out ordinary words. */
const shortestSecret = 8;

type ProviderVariables = Pick<Environment, "anthropicApiKey" | "anthropicBaseUrl" | "openaiApiKey" | "openaiBaseUrl">;

/** What may be used but never shown. Printing it shows names, whatever prints it. */
export interface Secrets {
  readonly anthropicApiKey: string | null;
  readonly anthropicBaseUrl: string | null;
  readonly openaiApiKey: string | null;
  readonly openaiBaseUrl: string | null;
  /** Strikes every secret out of a text. */
  readonly redact: (text: string) => string;
  /** Which secrets are set, without their values. */
  readonly names: () => readonly { readonly name: string; readonly present: boolean }[];
}

/** Takes the secrets out of the environment. A base URL counts as one: it may hold a password. */
export function readSecrets(environment: ProviderVariables): Secrets {
  const { anthropicApiKey, anthropicBaseUrl, openaiApiKey, openaiBaseUrl } = environment;
  const hidden = new Map([
    [anthropicApiKey ?? "", "[ANTHROPIC_API_KEY]"],
    [openaiApiKey ?? "", "[OPENAI_API_KEY]"],
    [passwordIn(anthropicBaseUrl), "[password of ANTHROPIC_BASE_URL]"],
    [passwordIn(openaiBaseUrl), "[password of OPENAI_BASE_URL]"],
  ]);
  const values = [...hidden].filter(([value]) => value.length >= shortestSecret);
  const names = (): ReturnType<Secrets["names"]> => [
    { name: "ANTHROPIC_API_KEY", present: anthropicApiKey !== null },
    { name: "OPENAI_API_KEY", present: openaiApiKey !== null },
  ];
  const secrets: Secrets = {
    anthropicApiKey,
    anthropicBaseUrl,
    openaiApiKey,
    openaiBaseUrl,
    redact: (text) => values.reduce((clean, [value, name]) => clean.replaceAll(value, name), text),
    names,
  };
  const shown = (): { readonly secrets: ReturnType<Secrets["names"]> } => ({ secrets: names() });
  Object.defineProperties(secrets, { toJSON: { value: shown }, [inspect.custom]: { value: shown } });
  return Object.freeze(secrets);
}

function passwordIn(address: string | null): string {
  return address === null ? "" : (URL.parse(address)?.password ?? "");
}
