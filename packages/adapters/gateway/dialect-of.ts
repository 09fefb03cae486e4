import type { ModelWire } from "@omoios/engine/ports/gateway";
import { chatDialect } from "./chat-dialect.ts";
import type { Dialect } from "./dialect.ts";
import type { Provider, Upstream } from "./forward.ts";
import { messagesDialect } from "./messages-dialect.ts";

const wires: Readonly<Record<Provider, ModelWire>> = {
  anthropic: "messages",
  scripted: "messages",
  openai: "chat",
  "openai-compatible": "chat",
};

/** The wire the models of a provider are asked on. */
export function wireOf(provider: Provider): ModelWire {
  return wires[provider];
}

export function dialectOf({ provider }: Upstream): Dialect {
  if (wireOf(provider) === "messages") return messagesDialect;
  // OpenAI's newer models know only the new name, other servers often only the old one.
  return chatDialect(provider === "openai" ? "max_completion_tokens" : "max_tokens");
}
