import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { messagesRequestSchema, wireMessage } from "@omoios/adapters/model-scripted/anthropic-wire";
import { greetScenario } from "./greet-scenario.ts";

export interface RecordingModel extends AsyncDisposable {
  readonly url: string;
  /** Every request there was, as JSON. */
  readonly requests: readonly string[];
}

/** The one door for model traffic of a test: answers like {@link greetScenario}, and keeps every request. */
export async function startRecordingModel(): Promise<RecordingModel> {
  const requests: string[] = [];
  const { model } = greetScenario();
  const door = createServer((request, response) => {
    void (async () => {
      const body = messagesRequestSchema.parse(await json(request));
      const text = JSON.stringify(body);
      requests.push(text);
      const answer = model[text.includes("verdicts") ? "validate" : "plan-direct"]?.[0];
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify(wireMessage({ kind: "json", value: answer }, body)));
    })();
  });
  door.listen(0, "127.0.0.1");
  await once(door, "listening");
  const url = `http://127.0.0.1:${(door.address() as AddressInfo).port}`;
  return { url, requests, [Symbol.asyncDispose]: async () => door[Symbol.asyncDispose]() };
}

/** What the messages of a recorded request say. */
export function promptText(request: string): string {
  const { messages } = JSON.parse(request) as { readonly messages: readonly { readonly content: unknown }[] };
  return messages.map(({ content }) => textOf(content)).join("\n");
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  return Array.isArray(content) ? content.map((part: { readonly text?: string }) => part.text ?? "").join("") : "";
}
