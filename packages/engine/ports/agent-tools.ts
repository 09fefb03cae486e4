import type { AgentToolCall, AgentToolName } from "@omoios/contract/agent-tools";
import type { Sandbox } from "./sandbox.ts";

/** Offers the agent tools to the agent in one sandbox. */
export interface AgentTools {
  /** Opens them in a sandbox that has a bridge; disposing ends them. */
  open(request: ToolsRequest): Promise<OpenTools>;
}

export interface ToolsRequest {
  readonly sandbox: Sandbox;
  /** True when the agent reaches HTTP by address only, not by socket. */
  readonly loopback: boolean;
  /** The tools there are for it; any other is unknown to its server. */
  readonly offered: readonly AgentToolName[];
  /** Called for one call after the other. What it throws is not told to the agent. */
  readonly carryOut: (call: AgentToolCall) => Promise<ToolAnswer>;
}

export interface ToolAnswer {
  readonly text: string;
  /** True when what was asked for was not done; the text says why. */
  readonly isError: boolean;
}

export interface OpenTools extends AsyncDisposable {
  readonly access: ToolAccess;
}

/** How an agent reaches its tools: an MCP server over streamable HTTP. Only its own sandbox has a way there. */
export interface ToolAccess {
  /** Path of the socket in the sandbox. */
  readonly socketPath: string;
  /** The path of the request. */
  readonly path: string;
  /** Address in the sandbox; null when it was opened as a socket only. */
  readonly url: string | null;
}
