import { FaultError, type Fault } from "@omoios/domain/shared/fault";

/** What the composition root knows about model providers. Nothing here reads the environment. */
export interface ModelSettings {
  readonly keys: { readonly anthropic: string | null };
  /** Where each provider is reached; null is the provider's own address. With or without a final `/v1`. */
  readonly baseUrls: { readonly anthropic: string | null };
  /** Where the scripted model listens; null when this process has none. */
  readonly scriptedUrl: string | null;
}

/** Where one model is reached, and with what. */
export interface ModelAddress {
  readonly provider: "anthropic" | "scripted";
  /** The model's name on the wire. */
  readonly name: string;
  readonly baseUrl: string;
  readonly key: string;
  /** Where a person sets the key; named when the provider refuses it. */
  readonly keySetting: string;
}

const anthropicUrl = "https://api.anthropic.com/v1";
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,127}$/;

/**
 * Resolves `anthropic:<name>` or `scripted`. A key is required unless the base URL is on this machine's loopback: a local
 * endpoint decides for itself whom it serves, while an empty key sent elsewhere would only be refused later.
 */
export function addressOf(model: string, settings: ModelSettings): ModelAddress {
  if (model === "scripted") return scriptedAddress(settings.scriptedUrl);
  const name = /^anthropic:(.+)$/s.exec(model)?.[1];
  if (name === undefined || !namePattern.test(name)) throw new FaultError(unknownModel(model));
  const baseUrl = apiUrl(settings.baseUrls.anthropic);
  const key = settings.keys.anthropic ?? "";
  if (key === "" && !isLoopback(baseUrl)) throw new FaultError(missingKey(model));
  return {
    provider: "anthropic",
    name,
    baseUrl,
    key: key === "" ? "loopback-needs-no-key" : key,
    keySetting: "ANTHROPIC_API_KEY",
  };
}

function scriptedAddress(url: string | null): ModelAddress {
  if (url === null) {
    throw new FaultError({
      kind: "invalid",
      message: "The scripted model is not available here",
      problems: [
        {
          at: "--model",
          message: "this server was started without a scripted model",
          fix: "Choose a model with --model anthropic:<name>",
        },
      ],
    });
  }
  return { provider: "scripted", name: "scripted", baseUrl: url, key: "scripted", keySetting: "--scenario" };
}

function unknownModel(model: string): Fault {
  return {
    kind: "invalid",
    message: `The model ${JSON.stringify(model.slice(0, 200))} is unknown`,
    problems: [
      {
        at: "models.default",
        message: "a model is written provider:name, and the known providers are anthropic and scripted",
        fix: "Set models.default, or --model, to anthropic:<name> (for example anthropic:claude-sonnet-4-5) or to scripted",
      },
    ],
  };
}

function missingKey(model: string): Fault {
  return {
    kind: "invalid",
    message: `The model ${model} needs a key`,
    problems: [
      {
        at: "ANTHROPIC_API_KEY",
        message: "is not set",
        fix: "Set ANTHROPIC_API_KEY in the environment of the server, or play a scenario with --model scripted",
      },
    ],
  };
}

/** The provider's versioned prefix: `ANTHROPIC_BASE_URL` is by custom the part before `/v1`, but both forms are met. */
function apiUrl(configured: string | null): string {
  if (configured === null || configured === "") return anthropicUrl;
  const url = URL.canParse(configured) ? new URL(configured) : null;
  if (url === null || !["http:", "https:"].includes(url.protocol) || url.username !== "" || url.password !== "") {
    throw new FaultError({
      kind: "invalid",
      message: "The base URL of the model provider cannot be used",
      problems: [
        {
          at: "ANTHROPIC_BASE_URL",
          message: "must be an http or https URL without a user name or password",
          fix: "Set ANTHROPIC_BASE_URL to an address such as https://api.anthropic.com, or unset it",
        },
      ],
    });
  }
  const path = url.pathname.replace(/\/+$/u, "");
  return `${url.origin}${path.endsWith("/v1") ? path : `${path}/v1`}`;
}

function isLoopback(address: string): boolean {
  const { hostname } = new URL(address);
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
