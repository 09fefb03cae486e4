import { pathToFileURL } from "node:url";
import type { Readable, Writable } from "node:stream";
import { z } from "zod";

/** A process as the SDK wants it: what a child process has, as far as it is used. */
export interface SpawnedProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly killed: boolean;
  readonly exitCode: number | null;
  kill(signal: NodeJS.Signals): boolean;
}

export interface UserMessage {
  readonly type: "user";
  readonly message: { readonly role: "user"; readonly content: string };
  readonly parent_tool_use_id: null;
}

/** The options of the SDK that are used; its own types are not there unless somebody installed it. */
export interface ClaudeOptions {
  readonly cwd: string;
  readonly pathToClaudeCodeExecutable: string;
  readonly permissionMode: "bypassPermissions";
  readonly allowDangerouslySkipPermissions: true;
  readonly settingSources: readonly string[];
  readonly systemPrompt: { readonly type: "preset"; readonly preset: "claude_code" };
  readonly model: string;
  readonly maxTurns: number;
  readonly tools: readonly string[];
  readonly skills: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly mcpServers: Readonly<
    Record<string, { readonly type: "http"; readonly url: string; readonly alwaysLoad: boolean }>
  >;
  readonly mcpServersDelivery: "initialize";
  readonly sessionId?: string;
  readonly resume?: string;
  readonly spawnClaudeCodeProcess: (asked: {
    readonly command: string;
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string | undefined>>;
  }) => SpawnedProcess;
}

export type ClaudeQuery = (asked: {
  readonly prompt: AsyncIterable<UserMessage>;
  readonly options: ClaudeOptions;
}) => AsyncIterable<unknown>;

const moduleSchema = z.object({
  query: z.custom<ClaudeQuery>((value) => typeof value === "function", "the SDK has no function query"),
});

/** Loads the SDK from where it was installed. */
export async function loadClaude(sdkPath: string): Promise<ClaudeQuery> {
  return moduleSchema.parse(await import(pathToFileURL(sdkPath).href)).query;
}

const text = z.string();
const block = z.looseObject({
  type: text,
  text: text.optional(),
  name: text.optional(),
  input: z.unknown().optional(),
  content: z.unknown().optional(),
  is_error: z.boolean().nullish(),
});

/** What is read of the SDK's messages, which have some forty kinds; the others are of no use here. */
export const claudeMessageSchema = z.union([
  z.object({ type: z.literal("system"), subtype: z.literal("init"), permissionMode: text }),
  z.object({
    type: z.literal("system"),
    subtype: z.literal("api_retry"),
    error_status: z.number().nullish(),
  }),
  z.object({
    type: z.enum(["assistant", "user"]),
    message: z.object({ content: z.union([text, z.array(block)]) }),
  }),
  z.object({
    type: z.literal("result"),
    subtype: text,
    is_error: z.boolean(),
    result: text.optional(),
    errors: z.array(text).optional(),
    terminal_reason: text.nullish(),
  }),
]);
export type ClaudeMessage = z.infer<typeof claudeMessageSchema>;
