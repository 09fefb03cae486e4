import { FaultError, type Fault } from "@omoios/domain/shared/fault";

/** A kind of endpoint with a key and an address of its own. */
type KeyedProvider = "anthropic" | "openai" | "openai-compatible";

/** What the composition root knows about model providers. Nothing here reads the environment. */
export interface ModelSettings {
  readonly keys: { readonly anthropic: string | null; readonly openai: string | null };
  /** Where each provider is reached; null is the provider's own address. */
  readonly baseUrls: { readonly anthropic: string | null; readonly openai: string | null };
  /** Where the scripted model listens; null when this process has none. */
  readonly scriptedUrl: string | null;
}

/** Where one model is reached, and with what. */
export interface ModelAddress {
  readonly provider: KeyedProvider | "scripted";
  /** The model's name on the wire. */
  readonly name: string;
  /** With the version, without a slash at the end. */
  readonly baseUrl: string;
  readonly key: string;
  /** Where a person sets the key; named when the provider refuses it. */
  readonly keySetting: string;
  /** Where a person sets the address; named when nobody answers there. */
  readonly urlSetting: string;
}

interface ProviderFacts {
  readonly ownUrl: string | null;
  readonly settings: "anthropic" | "openai";
  readonly keySetting: string;
  readonly urlSetting: string;
  readonly namePattern: RegExp;
  /** False where servers without keys are common, wherever they are. */
  readonly needsKey: boolean;
}

const openai = { settings: "openai", keySetting: "OPENAI_API_KEY", urlSetting: "OPENAI_BASE_URL" } as const;
/** With owner and size, as in `qwen/qwen3-coder:30b`: the name travels in bodies only. */
const openName = /^[A-Za-z0-9][A-Za-z0-9._@:/-]{0,199}$/;

const providers: Readonly<Record<KeyedProvider, ProviderFacts>> = {
  anthropic: {
    ownUrl: "https://api.anthropic.com/v1",
    settings: "anthropic",
    keySetting: "ANTHROPIC_API_KEY",
    urlSetting: "ANTHROPIC_BASE_URL",
    namePattern: /^[A-Za-z0-9][A-Za-z0-9._@-]{0,127}$/,
    needsKey: true,
  },
  openai: { ...openai, ownUrl: "https://api.openai.com/v1", namePattern: openName, needsKey: true },
  "openai-compatible": { ...openai, ownUrl: null, namePattern: openName, needsKey: false },
};
const keylessKey = "endpoint-needs-no-key";

/**
 * Resolves `<provider>:<name>` or `scripted`. A key is required unless the base URL is on this machine's loopback: a local
 * endpoint decides for itself whom it serves, while an empty key sent elsewhere would only be refused later.
 */
export function addressOf(model: string, settings: ModelSettings): ModelAddress {
  if (model === "scripted") return scriptedAddress(settings.scriptedUrl);
  const [, provider = "", name = ""] = /^([a-z-]+):(.+)$/s.exec(model) ?? [];
  const facts = isProvider(provider) ? providers[provider] : null;
  if (facts === null || !isProvider(provider) || !facts.namePattern.test(name)) {
    throw new FaultError(unknownModel(model));
  }
  const baseUrl = apiUrl(settings.baseUrls[facts.settings], facts);
  const key = settings.keys[facts.settings] ?? "";
  if (key === "" && facts.needsKey && !isLoopback(baseUrl)) throw new FaultError(missingKey(model, facts));
  const { keySetting, urlSetting } = facts;
  return { provider, name, baseUrl, key: key === "" ? keylessKey : key, keySetting, urlSetting };
}

/** False for a script, and for a server that is given a stand-in because nobody set a key. */
export function needsKey({ provider, key }: ModelAddress): boolean {
  return provider !== "scripted" && key !== keylessKey;
}

function isProvider(name: string): name is KeyedProvider {
  return Object.hasOwn(providers, name);
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
  const setting = "--scenario";
  return {
    provider: "scripted",
    name: "scripted",
    baseUrl: url,
    key: "scripted",
    keySetting: setting,
    urlSetting: setting,
  };
}

function unknownModel(model: string): Fault {
  return {
    kind: "invalid",
    message: `The model ${JSON.stringify(model.slice(0, 200))} is unknown`,
    problems: [
      {
        at: "models.default",
        message: `a model is written provider:name, and the known providers are ${Object.keys(providers).join(", ")}; or it is scripted`,
        fix: "Set models.default, or --model, to anthropic:<name> (for example anthropic:claude-sonnet-4-5) or to scripted",
      },
    ],
  };
}

function missingKey(model: string, { keySetting }: ProviderFacts): Fault {
  return {
    kind: "invalid",
    message: `The model ${model} needs a key`,
    problems: [
      {
        at: keySetting,
        message: "is not set",
        fix: `Type: export ${keySetting}=… and start the server anew (omoios stop); or play a scenario with --model scripted`,
      },
    ],
  };
}

/**
 * The provider's versioned prefix. `ANTHROPIC_BASE_URL` is by custom the part before `/v1` and `OPENAI_BASE_URL` the whole,
 * but both forms are met for both.
 */
function apiUrl(configured: string | null, { ownUrl, settings, urlSetting }: ProviderFacts): string {
  if (configured === null || configured === "") {
    if (ownUrl !== null) return ownUrl;
    throw badBaseUrl(urlSetting, "is not set, and an openai-compatible model has no address of its own");
  }
  const url = URL.canParse(configured) ? new URL(configured) : null;
  if (url === null || !["http:", "https:"].includes(url.protocol) || url.username !== "" || url.password !== "") {
    throw badBaseUrl(urlSetting, "must be an http or https URL without a user name or password");
  }
  const path = url.pathname.replace(/\/+$/u, "");
  const isWhole = path.endsWith("/v1") || (settings === "openai" && path !== "");
  return `${url.origin}${isWhole ? path : `${path}/v1`}`;
}

function badBaseUrl(urlSetting: string, message: string): FaultError {
  const example = urlSetting === "OPENAI_BASE_URL" ? "http://127.0.0.1:11434/v1" : "https://api.anthropic.com";
  return new FaultError({
    kind: "invalid",
    message: "The base URL of the model provider cannot be used",
    problems: [{ at: urlSetting, message, fix: `Set ${urlSetting} to an address such as ${example}` }],
  });
}

function isLoopback(address: string): boolean {
  const { hostname } = new URL(address);
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
