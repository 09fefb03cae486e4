import { inspect } from "node:util";
import type { Environment } from "./environment.ts";

/** Shorter values would strike out ordinary words. */
const shortestSecret = 8;

/** What may be used but never shown. Printing it shows names, whatever prints it. */
export interface Secrets {
  readonly anthropicApiKey: string | null;
  readonly anthropicBaseUrl: string | null;
  /** Strikes every secret out of a text. */
  readonly redact: (text: string) => string;
  /** Which secrets are set, without their values. */
  readonly names: () => readonly { readonly name: string; readonly present: boolean }[];
}

/** Takes the secrets out of the environment. A base URL counts as one: it may hold a password. */
export function readSecrets(environment: Pick<Environment, "anthropicApiKey" | "anthropicBaseUrl">): Secrets {
  const { anthropicApiKey, anthropicBaseUrl } = environment;
  const password = anthropicBaseUrl === null ? "" : (URL.parse(anthropicBaseUrl)?.password ?? "");
  const hidden = new Map([
    [anthropicApiKey ?? "", "[ANTHROPIC_API_KEY]"],
    [password, "[password of ANTHROPIC_BASE_URL]"],
  ]);
  const values = [...hidden].filter(([value]) => value.length >= shortestSecret);
  const names = (): ReturnType<Secrets["names"]> => [{ name: "ANTHROPIC_API_KEY", present: anthropicApiKey !== null }];
  const secrets: Secrets = {
    anthropicApiKey,
    anthropicBaseUrl,
    redact: (text) => values.reduce((clean, [value, name]) => clean.replaceAll(value, name), text),
    names,
  };
  const shown = (): { readonly secrets: ReturnType<Secrets["names"]> } => ({ secrets: names() });
  Object.defineProperties(secrets, { toJSON: { value: shown }, [inspect.custom]: { value: shown } });
  return Object.freeze(secrets);
}
