import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Problem } from "@omoios/domain/shared/fault";
import type { ConfigLayer } from "./config-layer.ts";

/** Environment variables as a process has them. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Every variable the server reads, for the documentation. */
export const variableDescriptions = {
  OMOIOS_HOME: "Folder of all state; default `~/.omoios`, for root `/var/lib/omoios`",
  OMOIOS_AGENTS_DIR: "Folder agents are installed in; default `agents` in OMOIOS_HOME",
  OMOIOS_PORT: "Port the server listens on (`server.port`)",
  OMOIOS_URL: "Command line: address of a server elsewhere",
  OMOIOS_TOKEN: "Command line: token of that server",
  ANTHROPIC_API_KEY: "Key for models of Anthropic, for planner, validator and agents",
  ANTHROPIC_BASE_URL: "Address of an endpoint that speaks Anthropic's protocol, in place of Anthropic's own",
  OMOIOS_DEMO_UNJAILED: "Set by `omoios demo` where no jail can start: scripted agents alone work, without isolation",
  OPENAI_API_KEY: "Key for models of OpenAI, and for `openai-compatible:` ones where the endpoint wants one",
  OPENAI_BASE_URL: "Address of an endpoint that speaks OpenAI's Chat protocol, such as Ollama or vLLM",
} as const;

/** What the environment says. */
export interface Environment {
  /** Absolute. */
  readonly home: string;
  /** Absolute. */
  readonly agentsFolder: string;
  readonly anthropicApiKey: string | null;
  readonly anthropicBaseUrl: string | null;
  readonly openaiApiKey: string | null;
  readonly openaiBaseUrl: string | null;
  /** True for the demo on a machine that cannot start a jail. */
  readonly isUnjailedDemo: boolean;
  /** Settings that a variable overrides. */
  readonly layers: readonly ConfigLayer[];
  /** Variables that cannot be understood; reported together with what is wrong in files. */
  readonly problems: readonly Problem[];
}

/** The environment of this process: the one place that reads it. */
export function processVariables(): Variables {
  return process.env;
}

/** Reads what concerns the server; an empty variable counts as not set. */
export function readEnvironment(variables: Variables): Environment {
  const value = (name: keyof typeof variableDescriptions): string | null => {
    const text = variables[name]?.trim();
    return text === undefined || text === "" ? null : text;
  };
  const urlNames = ["ANTHROPIC_BASE_URL", "OPENAI_BASE_URL"] as const;
  const port = value("OMOIOS_PORT");
  const home = resolve(value("OMOIOS_HOME") ?? defaultHome());
  return {
    home,
    agentsFolder: resolve(value("OMOIOS_AGENTS_DIR") ?? join(home, "agents")),
    anthropicApiKey: value("ANTHROPIC_API_KEY"),
    anthropicBaseUrl: value("ANTHROPIC_BASE_URL"),
    openaiApiKey: value("OPENAI_API_KEY"),
    openaiBaseUrl: value("OPENAI_BASE_URL"),
    isUnjailedDemo: value("OMOIOS_DEMO_UNJAILED") === "1",
    layers: port === null ? [] : [variableLayer("OMOIOS_PORT", { server: { port: numberOrText(port) } })],
    problems: urlNames.filter((name) => value(name) !== null && !isHttpUrl(value(name) ?? "")).map(notAUrl),
  };
}

function defaultHome(): string {
  return process.getuid?.() === 0 ? "/var/lib/omoios" : resolve(homedir(), ".omoios");
}

function variableLayer(name: string, values: unknown): ConfigLayer {
  return { rank: "environment", source: name, values, locate: () => name };
}

/** Text that is no number stays text, so that the schema says what it has to be. */
function numberOrText(text: string): number | string {
  return /^\d+$/u.test(text) ? Number(text) : text;
}

function isHttpUrl(text: string): boolean {
  return /^https?:$/u.test(URL.parse(text)?.protocol ?? "");
}

function notAUrl(name: string): Problem {
  return {
    at: name,
    message: "is not an http address",
    fix: `Write it with its scheme, for example ${name}=https://models.example.com`,
  };
}
