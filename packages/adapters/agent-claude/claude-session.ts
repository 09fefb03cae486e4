import type { AgentActivity, AgentOutcome, AgentSession } from "@omoios/engine/ports/agent-runtime";
import { z } from "zod";
import { claudeMessageSchema, type ClaudeMessage, type UserMessage } from "./claude-sdk.ts";
import type { WaitingLine } from "./waiting-line.ts";

/** A session before it runs: its input, and what it is followed by. */
export interface ClaudeConversation {
  readonly said: WaitingLine<UserMessage>;
  readonly activity: WaitingLine<AgentActivity>;
  readonly messages: AsyncIterable<unknown>;
  /** Ends the process and everything it started. */
  readonly kill: () => void;
  /** Called when its model has answered, or will not any more. */
  readonly onStarted: () => void;
  /** The last the process printed as an error. */
  readonly complaint: () => string;
}

const maxShownChars = 2000;
/** Of its last words, which are its summary when it handed in none: an exploration has its whole answer there. */
const maxSummaryChars = 20_000;

/** One run of Claude. */
export class ClaudeSession implements AgentSession {
  readonly activity: AsyncIterable<AgentActivity>;
  readonly outcome: Promise<AgentOutcome>;
  readonly #conversation: ClaudeConversation;
  #stopped = false;
  #ended = false;
  /** Set when the session cannot go on as it was asked for. */
  #refusal: string | null = null;

  constructor(conversation: ClaudeConversation, signal: AbortSignal) {
    this.#conversation = conversation;
    this.activity = conversation.activity;
    const onAbort = (): void => this.#kill();
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) this.#kill();
    this.outcome = this.#follow().finally(() => {
      this.#ended = true;
      conversation.onStarted();
      conversation.said.close();
      conversation.activity.close();
      signal.removeEventListener("abort", onAbort);
    });
  }

  /** Reaches a working agent with its next request, as a reminder beside what its tools answered. */
  send(message: string): boolean {
    return this.#conversation.said.add(userMessage(message));
  }

  async stop(): Promise<void> {
    this.#kill();
    await this.outcome;
  }

  #kill(): void {
    if (this.#ended) return;
    this.#stopped = true;
    this.#conversation.kill();
  }

  async #follow(): Promise<AgentOutcome> {
    let result: Extract<ClaudeMessage, { readonly type: "result" }> | null = null;
    try {
      for await (const raw of this.#conversation.messages) {
        const message = claudeMessageSchema.safeParse(raw).data;
        if (message === undefined) continue;
        if (message.type === "result") {
          result = message;
          // It waits for more to be said; there is nothing more.
          this.#conversation.said.close();
        } else this.#take(message);
      }
    } catch (error) {
      // After a result with an error the SDK throws as well; the result says more.
      if (result === null && !this.#stopped && this.#refusal === null)
        return {
          kind: "crashed",
          message: [textOf(error), this.#conversation.complaint()].join(": ").slice(0, maxShownChars),
        };
    }
    if (this.#refusal !== null) return { kind: "crashed", message: this.#refusal };
    if (this.#stopped) return { kind: "stopped" };
    return result === null ? { kind: "crashed", message: "it ended without a result" } : outcomeOf(result);
  }

  #take(message: Exclude<ClaudeMessage, { readonly type: "result" }>): void {
    if (message.type === "system") {
      if (message.subtype === "init" && message.permissionMode !== "bypassPermissions") {
        this.#refuse(`it works in the mode ${message.permissionMode}, which was not asked for`);
      }
      if (message.subtype === "api_retry" && (message.error_status === 401 || message.error_status === 403)) {
        this.#refuse(`its model refuses it (${message.error_status})`);
      }
      return;
    }
    if (message.type === "assistant") this.#conversation.onStarted();
    const { content } = message.message;
    for (const text of typeof content === "string" ? [] : content.flatMap(blockText)) {
      this.#conversation.activity.add({ stream: "stdout", text: `${text}\n` });
    }
  }

  #refuse(why: string): void {
    this.#refusal = why;
    this.#conversation.kill();
  }
}

export function userMessage(content: string): UserMessage {
  return { type: "user", message: { role: "user", content }, parent_tool_use_id: null };
}

const turnsUsed =
  "it used all the turns it may have without an end (agents.claude.maxTurns raises them, a smaller task needs fewer)";

/** A success may carry an error all the same, so that is looked at first. Whether it handed in a summary is not asked: git decides. */
function outcomeOf(result: Extract<ClaudeMessage, { readonly type: "result" }>): AgentOutcome {
  if (result.is_error || result.subtype !== "success") {
    const said = [...(result.errors ?? []), result.result ?? ""].filter((line) => line !== "").join("; ");
    if (result.subtype === "error_max_turns") return { kind: "crashed", message: turnsUsed };
    const why = result.terminal_reason ?? result.subtype;
    return { kind: "crashed", message: said === "" ? why : `${why}: ${said.slice(0, maxShownChars)}` };
  }
  return { kind: "ended", summary: result.result?.slice(0, maxSummaryChars) ?? null };
}

const resultTextSchema = z.array(z.looseObject({ text: z.string().optional() }));

function blockText(block: {
  readonly type: string;
  readonly text?: string | undefined;
  readonly name?: string | undefined;
  readonly input?: unknown;
  readonly content?: unknown;
}): readonly string[] {
  if (block.type === "text" && block.text !== undefined) return [block.text];
  if (block.type === "tool_use") return [`▸ ${block.name ?? "tool"} ${cut(JSON.stringify(block.input ?? {}))}`];
  if (block.type !== "tool_result") return [];
  const { content } = block;
  const parts = resultTextSchema.safeParse(content);
  const text = typeof content === "string" ? content : (parts.data ?? []).map((part) => part.text ?? "").join("\n");
  return text === "" ? [] : [cut(text)];
}

function cut(text: string): string {
  return text.length > maxShownChars ? `${text.slice(0, maxShownChars)}…` : text;
}

function textOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, maxShownChars);
}
