import { FaultError } from "@omoios/domain/shared/fault";
import type { AgentRuntime, AgentSession, Assignment } from "@omoios/engine/ports/agent-runtime";
import type { Sandbox } from "@omoios/engine/ports/sandbox";
import { CommandSession } from "./command-session.ts";

/** A program that works as an agent. */
export interface CommandAgentOptions {
  readonly argv: readonly string[];
  readonly brief: "stdin" | "file";
  readonly env: Readonly<Record<string, string>>;
  /** True when it asks models: it then gets the gateway's address and token under the names of that wire's tools. */
  readonly models: boolean;
}

const briefPath = "/home/agent/.omoios/brief.md";
const writeWithinMs = 30_000;

/**
 * An agent that is any program: it reads the brief, works in the tree, and its exit code is its word. What it prints is
 * the attempt's log.
 */
export function createCommandAgent(options: CommandAgentOptions): AgentRuntime {
  return {
    id: "command",
    installed: { version: null },
    usesModels: options.models,
    reachesTools: "loopback",
    check: () => Promise.resolve(),
    whyNoExploration: () => Promise.resolve("a program as an agent hands in no answer that could be read"),
    start: (assignment) => start(assignment, options),
  };
}

async function start(assignment: Assignment, options: CommandAgentOptions): Promise<AgentSession> {
  const { sandbox, signal } = assignment;
  signal.throwIfAborted();
  const brief = [assignment.brief, ...assignment.messages].join("\n\n");
  if (options.brief === "file") await writeBrief(sandbox, brief);
  const program = await sandbox.spawn({
    argv: options.argv,
    stdin: options.brief === "stdin" ? brief : "",
    env: { ...options.env, ...briefVariables(options), ...modelVariables(assignment), ...toolVariables(assignment) },
  });
  return new CommandSession(program, signal);
}

function briefVariables({ brief }: CommandAgentOptions): Readonly<Record<string, string>> {
  return brief === "file" ? { OMOIOS_BRIEF: briefPath } : {};
}

/** Under the names the tools of each wire look for. */
function modelVariables({ models }: Assignment): Readonly<Record<string, string>> {
  if (models === null) return {};
  const { baseUrl, token, model, wire } = models;
  return wire === "messages"
    ? { ANTHROPIC_BASE_URL: baseUrl, ANTHROPIC_API_KEY: token, ANTHROPIC_MODEL: model }
    : { OPENAI_BASE_URL: `${baseUrl}/v1`, OPENAI_API_KEY: token, OPENAI_MODEL: model };
}

/** Any program that speaks MCP over HTTP finds the agent tools there. */
function toolVariables({ tools }: Assignment): Readonly<Record<string, string>> {
  return tools.url === null ? {} : { OMOIOS_MCP_URL: tools.url };
}

/** Written from inside, since the host opens nothing below a sandbox's HOME. */
async function writeBrief(sandbox: Sandbox, brief: string): Promise<void> {
  const script = 'mkdir -p "${1%/*}" && cat > "$1"';
  const argv = ["/bin/sh", "-c", script, "brief", briefPath];
  const written = await sandbox.run({ argv, stdin: brief, timeoutMs: writeWithinMs });
  if (written.exitCode === 0) return;
  throw new FaultError({
    kind: "unavailable",
    message: `The brief could not be written in the sandbox: ${written.stderr.trim().slice(0, 500)}`,
    retryable: true,
  });
}
