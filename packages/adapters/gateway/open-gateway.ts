import type { Door, DoorRequest, Gateway } from "@omoios/engine/ports/gateway";
import type { Sandbox } from "@omoios/engine/ports/sandbox";
import { randomBytes } from "node:crypto";
import type { RequestListener } from "node:http";
import { answerRequest } from "./answer-request.ts";
import { dialectOf, wireOf } from "./dialect-of.ts";
import type { ExchangeOptions } from "./exchange.ts";
import type { Upstream } from "./forward.ts";

export interface GatewayOptions {
  /** Where a model is reached; throws `invalid` when it is unknown or its key is missing. */
  readonly upstreamOf: (model: string) => Upstream;
  /** Serves HTTP to one sandbox alone. */
  readonly serve: (service: {
    readonly sandbox: Sandbox;
    readonly socket: string;
    readonly loopback: boolean;
    readonly listener: RequestListener;
  }) => Promise<AsyncDisposable & { readonly baseUrl: string | null }>;
  readonly now: () => Date;
  /** Hears of what no agent can be told. */
  readonly onError: (error: unknown) => void;
  /** How long a provider may stay silent. */
  readonly silenceMs?: number;
}

/** Name of a door's socket in its sandbox's bridge. */
export const gatewaySocket = "gateway.sock";
const defaultSilenceMs = 300_000;
const longestWaitMs = 20_000;

/** The gateway of this process. Each door is a server of its own: its socket says whose calls these are. */
export function openGateway(options: GatewayOptions): Gateway {
  return {
    check: (model) => wireOf(options.upstreamOf(model).provider),
    open: (request) => openDoor(request, options),
  };
}

async function openDoor(request: DoorRequest, options: GatewayOptions): Promise<Door> {
  const upstream = options.upstreamOf(request.model);
  const token = `omoios-${randomBytes(24).toString("base64url")}`;
  const exchanging: ExchangeOptions = {
    upstream,
    dialect: dialectOf(upstream),
    model: request.model,
    meter: request.meter,
    onStop: request.onStop,
    silenceMs: options.silenceMs ?? defaultSilenceMs,
    longestWaitMs,
    now: options.now,
  };
  const serving = await options.serve({
    sandbox: request.sandbox,
    socket: gatewaySocket,
    loopback: true,
    listener: (incoming, response) => {
      void answerRequest(incoming, response, { token, exchanging, onError: options.onError });
    },
  });
  const { baseUrl } = serving;
  if (baseUrl === null) throw new Error("The gateway is served where no agent reaches it");
  return {
    access: { baseUrl, token, model: upstream.name, wire: wireOf(upstream.provider) },
    [Symbol.asyncDispose]: async () => serving[Symbol.asyncDispose](),
  };
}
