import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** What an answer of the mock says. Numbers are counted in the words of the wire it is asked on. */
export type MockAnswer = (
  | { readonly content: string }
  | { readonly toolCalls: readonly { readonly name: string; readonly arguments: string }[] }
  | { readonly error: { readonly message: string; readonly type: string }; readonly retryAfter?: number }
) & {
  /** Where thinking is on, the mock refuses a tool's result whose call was not thought about, as the provider does. */
  readonly reasoning?: string;
  readonly reasoningSignature?: string;
  readonly usage?: Readonly<Record<string, number>>;
  readonly status?: number;
};

export interface MockRequest {
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
  readonly tools?: readonly unknown[];
}

export interface Aimock {
  readonly url: string;
  on(match: { readonly predicate: (request: MockRequest) => boolean }, answer: MockAnswer): this;
  getRequests(): readonly {
    readonly path: string;
    readonly body: MockRequest | null;
    readonly response: { readonly status: number };
  }[];
  reset(): this;
  stop(): Promise<void>;
}

/** Types of our own: it comes with the agent, which most clones have not installed. */
interface AimockModule {
  readonly LLMock: { create(options: { readonly port: number; readonly strict: boolean }): Promise<Aimock> };
}

const entry = join(import.meta.dirname, "claude/node_modules/@copilotkit/aimock/dist/index.js");

export const hasAimock = existsSync(entry);

/** A provider others maintain, on loopback: a judge of our wire that we did not write. What no answer fits is refused. */
export async function openAimock(): Promise<Aimock> {
  const { LLMock } = (await import(pathToFileURL(entry).href)) as AimockModule;
  return LLMock.create({ port: 0, strict: true });
}
