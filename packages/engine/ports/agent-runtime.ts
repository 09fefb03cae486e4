import type { AttemptKind } from "@omoios/domain/attempt/state";
import type { ToolAccess } from "./agent-tools.ts";
import type { ModelAccess, ModelWire } from "./gateway.ts";
import type { Sandbox } from "./sandbox.ts";

/** Drives one kind of agent. Everything the agent says is a claim; git and checks decide. */
export interface AgentRuntime {
  readonly id: string;
  /** What is installed of it, of a program of the user's own or of ours without a version; null when it is not. */
  readonly installed: { readonly version: string | null } | null;
  /** True when it asks models itself: its assignments then have the way to a model. */
  readonly usesModels: boolean;
  /** How it reaches the agent tools: by their socket, or by an address on the sandbox's loopback. */
  readonly reachesTools: "socket" | "loopback";
  /**
   * Throws `invalid` with the fix when this agent cannot work here: not configured, not installed, or not able to ask
   * models on this wire (null when it asks none).
   */
  check(wire: ModelWire | null): Promise<void>;
  /** Why it cannot explore the repository of this spec, or null when it can. */
  whyNoExploration(specId: string): Promise<string | null>;
  /** Starts the agent, or resumes the session it left in the sandbox's HOME. */
  start(assignment: Assignment): Promise<AgentSession>;
}

export interface Assignment {
  readonly sandbox: Sandbox;
  readonly specId: string;
  readonly taskTitle: string;
  readonly attemptNumber: number;
  readonly kind: AttemptKind;
  /** How many attempts of this kind there were at the task, this one included. */
  readonly turn: number;
  /** What the agent is told. */
  readonly brief: string;
  /** What it is told besides, at a start anew as well: answers to what it asked, words of a person. */
  readonly messages: readonly string[];
  /** Null for an agent that uses none. */
  readonly models: ModelAccess | null;
  readonly tools: ToolAccess;
  readonly signal: AbortSignal;
}

export interface AgentSession {
  /** What the agent does, as it does it. Ends when the agent has ended. */
  readonly activity: AsyncIterable<AgentActivity>;
  /** Says something to a working agent. False: it hears nothing before it starts anew. */
  send(message: string): boolean;
  /** Ends it and everything it started. */
  stop(): Promise<void>;
  readonly outcome: Promise<AgentOutcome>;
}

export interface AgentActivity {
  readonly stream: "stdout" | "stderr";
  readonly text: string;
}

/** How an agent ended: data, never an exception. */
export type AgentOutcome =
  | { readonly kind: "submitted"; readonly summary: string }
  | { readonly kind: "ended"; readonly summary: string | null }
  | { readonly kind: "crashed"; readonly message: string }
  | { readonly kind: "stopped" };
