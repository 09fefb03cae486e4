import { agentTools, type AgentToolCall, type AgentToolName } from "@omoios/contract/agent-tools";
import type { AgentTools, OpenTools, ToolAnswer, ToolsRequest } from "@omoios/engine/ports/agent-tools";
import type { Sandbox } from "@omoios/engine/ports/sandbox";
import { createMcpHandler, McpServer, type McpHttpHandler } from "@modelcontextprotocol/server";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { z } from "zod";

export interface AgentToolsOptions {
  /** Serves HTTP to one sandbox alone. */
  readonly serve: (service: {
    readonly sandbox: Sandbox;
    readonly socket: string;
    readonly loopback: boolean;
    readonly listener: RequestListener;
  }) => Promise<AsyncDisposable & { readonly baseUrl: string | null }>;
  readonly version: string;
  /** Hears of what the agent is not told. */
  readonly onError: (error: unknown) => void;
}

/** Name of the tools' socket in a sandbox's bridge. */
export const toolsSocket = "tools.sock";
const mcpPath = "/mcp";
/** Larger than any call that is accepted. */
const maxBodyBytes = 256 * 1024;

/**
 * Our MCP server, one for each sandbox: its socket says whose calls these are. Every request is answered by itself, so an
 * agent may go, come back, or never say hello.
 */
export function openAgentTools(options: AgentToolsOptions): AgentTools {
  return { open: (request) => openFor(request, options) };
}

async function openFor(request: ToolsRequest, options: AgentToolsOptions): Promise<OpenTools> {
  await using opening = new AsyncDisposableStack();
  const inTurn = oneAfterTheOther(request.carryOut, options.onError);
  const mcp = createMcpHandler(() => serverFor({ offered: request.offered, carryOut: inTurn }, options.version), {
    maxSubscriptions: 0,
    maxRequestBodySize: maxBodyBytes,
  });
  opening.defer(() => mcp.close());
  const serving = opening.use(
    await options.serve({
      sandbox: request.sandbox,
      socket: toolsSocket,
      loopback: request.loopback,
      listener: (incoming, response) => {
        void answer(mcp, { incoming, response }, options.onError);
      },
    }),
  );
  const closing = opening.move();
  return {
    access: {
      socketPath: `${request.sandbox.bridge?.inside ?? ""}/${toolsSocket}`,
      path: mcpPath,
      url: serving.baseUrl === null ? null : `${serving.baseUrl}${mcpPath}`,
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

/** Calls in the order they came, whatever an agent sends at once; a failure of ours is answered without its details. */
function oneAfterTheOther(
  carryOut: ToolsRequest["carryOut"],
  onError: (error: unknown) => void,
): (call: AgentToolCall) => Promise<ToolAnswer> {
  let last: Promise<unknown> = Promise.resolve();
  return (call) => {
    const answered = last.then(async () => {
      try {
        return await carryOut(call);
      } catch (error) {
        onError(error);
        return { text: "OmoiOS could not carry this out. Go on without it.", isError: true };
      }
    });
    last = answered;
    return answered;
  };
}

function serverFor({ offered, carryOut }: Pick<ToolsRequest, "offered" | "carryOut">, version: string): McpServer {
  const server = new McpServer({ name: "omoios", version });
  for (const tool of offered) {
    const { description } = agentTools[tool];
    const inputSchema: z.ZodType<AgentToolCall["input"]> = agentTools[tool].input;
    server.registerTool(tool, { description, inputSchema }, async (input) => {
      const { text, isError } = await carryOut(callOf(tool, input));
      return { content: [{ type: "text" as const, text }], isError };
    });
  }
  return server;
}

/** The server has checked the input against the tool's own schema. */
function callOf(tool: AgentToolName, input: unknown): AgentToolCall {
  return { tool, input } as AgentToolCall;
}

async function answer(
  mcp: McpHttpHandler,
  { incoming, response }: { readonly incoming: IncomingMessage; readonly response: ServerResponse },
  onError: (error: unknown) => void,
): Promise<void> {
  try {
    const body = await readBody(incoming);
    if (body === null) {
      response.writeHead(413, { connection: "close" }).end(`A request may have ${maxBodyBytes} bytes\n`);
    } else await send(await mcp.fetch(requestOf(incoming, body)), response);
  } catch (error) {
    // An agent that left in the middle of its request is nobody's trouble.
    if (incoming.destroyed && !incoming.complete) return;
    onError(error);
    response.destroy();
  }
}

async function send(answered: Response, response: ServerResponse): Promise<void> {
  response.writeHead(answered.status, Object.fromEntries(answered.headers));
  response.end(Buffer.from(await answered.arrayBuffer()));
}

/** Whatever host it names, it came through the sandbox's own socket. */
function requestOf(incoming: IncomingMessage, body: Uint8Array<ArrayBuffer>): Request {
  const method = incoming.method ?? "GET";
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (name !== "host" && name !== "origin" && value !== undefined) headers.set(name, [value].flat().join(", "));
  }
  const [address = ""] = (incoming.url ?? "").split("?", 1);
  const isBare = method === "GET" || method === "HEAD";
  return new Request(new URL(address, "http://127.0.0.1"), { method, headers, ...(isBare ? {} : { body }) });
}

/**
 * Null when it is too large. It is then read to its end and dropped, since leaving early would cut the connection before
 * its sender could read why; a sender that goes on and on is cut all the same.
 */
async function readBody(incoming: IncomingMessage): Promise<Uint8Array<ArrayBuffer> | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > 64 * maxBodyBytes) return null;
    if (size <= maxBodyBytes) chunks.push(chunk);
  }
  return size > maxBodyBytes ? null : new Uint8Array(Buffer.concat(chunks));
}
