import type { Scenario } from "@omoios/contract/scenario";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import { messagesRequestSchema, wireError, wireEvents, wireMessage, type MessagesRequest } from "./anthropic-wire.ts";
import { scriptedAnswer } from "./scripted-answer.ts";

export interface ScriptedModelOptions {
  /** The scenario a spec was started with, or null when it has none. */
  readonly scenarioOf: (specId: string) => Promise<Scenario | null>;
}

export interface ScriptedModel extends AsyncDisposable {
  /** Base of all addresses: a spec's model is at `<url>/spec/<id>/v1/messages`. */
  readonly url: string;
}

const maxBodyBytes = 16 * 1024 * 1024;
const pathPattern = /^\/spec\/([^/]{1,200})\/v1\/messages$/;

/** A refusal on the wire, with the status it goes out with. */
class WireRefusal extends Error {
  override readonly name = "WireRefusal";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * A model that answers from scenarios, as an HTTP server on loopback that speaks the Anthropic Messages API. It keeps no
 * state: role and turn come with the request and the number of earlier tries is read off the conversation, so a run that
 * is resumed by another process gets the same answers.
 */
export async function startScriptedModel(options: ScriptedModelOptions): Promise<ScriptedModel> {
  const server = createServer((request, response) => {
    void answer(request, response, options);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: ScriptedModelOptions,
): Promise<void> {
  try {
    const specId = routed(request);
    const body = await readBody(request);
    const scenario = await options.scenarioOf(specId);
    if (scenario === null)
      throw new WireRefusal(404, `The spec ${specId} has no scenario: start it with --scenario FILE`);
    play(response, { scenario, body, ...headersOf(request) });
  } catch (error) {
    // Whatever scenarioOf throws must reach the caller as an answer: nobody else waits on this promise.
    const status = error instanceof WireRefusal ? error.status : 500;
    const message = error instanceof Error ? error.message : String(error);
    if (response.headersSent) response.destroy();
    else sendJson(response, status, wireError(status, message));
  }
}

/** The spec id of the one route there is. A foreign Host header means a browser was led here by a name it resolved. */
function routed(request: IncomingMessage): string {
  const host = request.headers.host?.replace(/:\d+$/u, "");
  const id = pathPattern.exec((request.url ?? "").split("?", 1)[0] ?? "")?.[1];
  if (request.method !== "POST" || id === undefined || (host !== "127.0.0.1" && host !== "localhost")) {
    throw new WireRefusal(404, "There is only POST /spec/<id>/v1/messages here");
  }
  return decoded(id, 404);
}

function decoded(text: string, status: number): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw new WireRefusal(status, `${text} is not well-formed: ${String(error)}`);
  }
}

const turnSchema = z.coerce.number().int().min(0).max(1_000_000);

function headersOf(request: IncomingMessage): { readonly role: string; readonly turn: number } {
  const role = request.headers["x-omoios-role"];
  const turn = turnSchema.safeParse(request.headers["x-omoios-turn"] ?? "0");
  if (typeof role !== "string" || role === "") throw new WireRefusal(400, "The header x-omoios-role is missing");
  if (!turn.success) throw new WireRefusal(400, "The header x-omoios-turn is not a number of earlier calls");
  return { role: decoded(role, 400), turn: turn.data };
}

async function readBody(request: IncomingMessage): Promise<MessagesRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) throw new WireRefusal(413, `The request is larger than ${maxBodyBytes} bytes`);
    chunks.push(chunk);
  }
  const parsed = messagesRequestSchema.safeParse(parseJson(Buffer.concat(chunks).toString("utf8")));
  if (!parsed.success) throw new WireRefusal(400, z.prettifyError(parsed.error));
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new WireRefusal(400, `The request is not JSON: ${String(error)}`);
  }
}

interface Play {
  readonly scenario: Scenario;
  readonly body: MessagesRequest;
  readonly role: string;
  readonly turn: number;
}

function play(response: ServerResponse, asked: Play): void {
  const tries = asked.body.messages.filter((message) => message.role === "assistant").length;
  const chosen = scriptedAnswer(asked.scenario, { role: asked.role, turn: asked.turn, tries });
  if (chosen.kind === "error") {
    sendJson(response, chosen.status, wireError(chosen.status, chosen.message));
    return;
  }
  const message = wireMessage(chosen, asked.body);
  if (!asked.body.stream) {
    sendJson(response, 200, message);
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  // The whole message is in memory already, so waiting for a slow reader would save nothing.
  for (const event of wireEvents(message)) response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  response.end();
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
