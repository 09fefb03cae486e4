import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the model says in one answer. */
export type Saying =
  | { readonly tool: string; readonly input: object }
  | { readonly text: string }
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly hang: true }
  /** Broken off in the middle of a word. */
  | { readonly cut: true }
  /** A stream of events that are none. */
  | { readonly malformed: true }
  /** A call of a tool whose input is no JSON. */
  | { readonly brokenInputOf: string };

export interface AskedMessages {
  readonly key: string | undefined;
  readonly body: {
    readonly messages: readonly { readonly role: string; readonly content: unknown }[];
    readonly tools?: readonly unknown[];
    readonly stream?: boolean;
    readonly output_config?: { readonly format?: unknown };
  };
}

/**
 * A provider on loopback that speaks the Anthropic Messages wire. What it says follows from the conversation alone (how
 * many tools have answered), never from how often it was asked: agents make side calls and ask again.
 */
export class ScriptedMessages implements AsyncDisposable {
  readonly asked: AskedMessages[] = [];
  script: (answeredTools: number, asked: AskedMessages) => Saying = () => ({ text: "Done." });
  /** What planner and validator are told, who ask for JSON; null: it is none of them. */
  structured: (asked: string) => unknown = () => null;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      let text = "";
      request.setEncoding("utf8").on("data", (piece: string) => (text += piece));
      request.on("end", () => {
        const asked = {
          key: request.headers["x-api-key"]?.toString(),
          body: JSON.parse(text) as AskedMessages["body"],
        };
        this.asked.push(asked);
        const value = asked.body.output_config?.format === undefined ? null : this.structured(text);
        if (value !== null) {
          say(response, { text: JSON.stringify(value) }, asked.body.stream === true);
          return;
        }
        const isSideCall = (asked.body.tools ?? []).length === 0;
        say(
          response,
          isSideCall ? { text: "Ok." } : this.script(answeredTools(text), asked),
          asked.body.stream === true,
        );
      });
    });
  }

  static async open(): Promise<ScriptedMessages> {
    const provider = new ScriptedMessages();
    provider.#server.listen(0, "127.0.0.1");
    await once(provider.#server, "listening");
    return provider;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}

function answeredTools(body: string): number {
  return body.split('"type":"tool_result"').length - 1;
}

function say(response: ServerResponse, saying: Saying, isStream: boolean): void {
  if ("hang" in saying) return;
  if ("status" in saying) {
    const error = { type: "error", error: { type: "api_error", message: "scripted" } };
    response.writeHead(saying.status, { "content-type": "application/json", ...saying.headers });
    response.end(JSON.stringify(error));
    return;
  }
  const isTool = "tool" in saying || "brokenInputOf" in saying;
  const block = isTool
    ? {
        type: "tool_use",
        id: `toolu_${Math.floor(performance.now() * 1000)}`,
        name: "tool" in saying ? saying.tool : saying.brokenInputOf,
        input: {},
      }
    : { type: "text", text: "" };
  const delta = isTool
    ? { type: "input_json_delta", partial_json: "tool" in saying ? JSON.stringify(saying.input) : '{"command": "ec' }
    : { type: "text_delta", text: "text" in saying ? saying.text : "I was about to" };
  const usage = { input_tokens: 1000, output_tokens: 100 };
  const message = { id: "msg_1", type: "message", role: "assistant", model: "claude-sonnet-4-5", content: [] };
  const events = [
    { type: "message_start", message: { ...message, stop_reason: null, stop_sequence: null, usage } },
    { type: "content_block_start", index: 0, content_block: block },
    { type: "content_block_delta", index: 0, delta },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: isTool ? "tool_use" : "end_turn", stop_sequence: null }, usage },
    { type: "message_stop" },
  ];
  // After a stream it cannot read, Claude asks for the same in one piece.
  if (!isStream) {
    const whole = isTool ? { ...block, input: "tool" in saying ? saying.input : {} } : { ...block, text: delta.text };
    const body = {
      ...message,
      content: [whole],
      stop_reason: isTool ? "tool_use" : "end_turn",
      stop_sequence: null,
      usage,
    };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  const texts = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  if ("cut" in saying) response.write(texts.slice(0, 3).join(""), () => response.destroy());
  else if ("malformed" in saying)
    response.end(`${texts.slice(0, 3).join("")}event: content_block_delta\ndata: {oops\n\n`);
  else response.end(texts.join(""));
}
