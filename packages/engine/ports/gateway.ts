import type { CallToMeter, MeteredCall } from "./models.ts";
import type { Sandbox } from "./sandbox.ts";

/** How models are asked: Anthropic Messages, or OpenAI Chat. */
export type ModelWire = "messages" | "chat";

/**
 * The one door for an agent's model traffic. It adds the key, meters every call, lets through only what is listed, and is
 * reachable from inside one sandbox alone.
 */
export interface Gateway {
  /**
   * The wire a model is asked on. Throws `invalid` when it is unknown here or its key is missing, naming the variable to
   * set.
   */
  check(model: string): ModelWire;
  /** Opens the door of a sandbox that has a bridge; disposing closes it. */
  open(request: DoorRequest): Promise<Door>;
}

export interface DoorRequest {
  readonly sandbox: Sandbox;
  /** The only model that may be asked, as `provider:name`. */
  readonly model: string;
  readonly meter: (call: AgentCall) => Promise<MeteredCall>;
  /**
   * Called when a refusal says that the agent cannot go on: a fault (`limit`: no budget is left, `invalid`: the key was
   * refused), or a {@link ProviderWait}. The agent itself is told to stop trying.
   */
  readonly onStop: (why: Error) => void;
}

export interface AgentCall extends CallToMeter {
  readonly model: string;
  readonly promptDigest: string;
}

export interface Door extends AsyncDisposable {
  readonly access: ModelAccess;
}

/** What an agent needs to reach its model. The token is good at this door only, for as long as it is open. */
export interface ModelAccess {
  /** Address inside the sandbox, without a version. */
  readonly baseUrl: string;
  readonly token: string;
  /** The model's name on the wire. */
  readonly model: string;
  readonly wire: ModelWire;
}

/** A provider that wants no requests until a time: whoever asked it waits without holding anything. */
export class ProviderWait extends Error {
  override readonly name = "ProviderWait";
  readonly until: Date;

  constructor(message: string, until: Date, options?: ErrorOptions) {
    super(message, options);
    this.until = until;
  }
}
