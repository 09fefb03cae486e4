import cookie from "@fastify/cookie";
import websocket from "@fastify/websocket";
import fastify, { type FastifyInstance } from "fastify";
import { serializerCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import { checkAccess } from "./access.ts";
import type { ApiParts } from "./api-parts.ts";
import { addAttemptRoutes } from "./attempt-routes.ts";
import { addConflictRoutes } from "./conflict-routes.ts";
import { addPullRequestRoutes } from "./pull-request-routes.ts";
import { addDashboardRoutes, assetsPath } from "./dashboard-routes.ts";
import { EventFeed } from "./event-feed.ts";
import { addDiscoveryRoutes } from "./discovery-routes.ts";
import { addEventRoutes } from "./event-routes.ts";
import { addHealthRoutes } from "./health-routes.ts";
import { addDocumentation, docsPath } from "./open-api.ts";
import { OpenStreams } from "./open-streams.ts";
import { permitPluginRoutes, refuseUndeclaredRoutes } from "./permission.ts";
import { answerProblems } from "./problem.ts";
import { addProjectRoutes } from "./project-routes.ts";
import { requestChecker } from "./request-schema.ts";
import { addServerRoutes } from "./server-routes.ts";
import { SignInCodes } from "./sign-in-codes.ts";
import { addSignInRoutes, signInUrl } from "./sign-in-routes.ts";
import { addPlanRoutes } from "./plan-routes.ts";
import { addSpecRoutes } from "./spec-routes.ts";
import { addBudgetRoutes } from "./budget-routes.ts";
import { addStreamSocket, type SocketLimits } from "./stream-socket.ts";
import { addTaskRoutes } from "./task-routes.ts";

/** Larger than any request that is accepted, so that a long one gets an answer that says how long it may be. */
const bodyLimit = 4_000_000;
const standardLimits: SocketLimits = { stallMs: 15_000, closeGraceMs: 1000 };

/** No inline script or style, nothing from any other host, in no frame. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The API and what its owner may do with it beside listening. */
export interface BuiltApi {
  readonly server: FastifyInstance;
  /** A fresh link that signs a browser in, once. */
  readonly signInLink: () => string;
}

/** Builds the HTTP API. Whoever listens closes it: `server.close()` ends streams and sockets. */
export async function buildApi(parts: ApiParts, limits: SocketLimits = standardLimits): Promise<BuiltApi> {
  const server = fastify({ bodyLimit, logger: false, forceCloseConnections: "idle", exposeHeadRoutes: true });
  const api = server.withTypeProvider<ZodTypeProvider>();
  api.setValidatorCompiler(requestChecker);
  api.setSerializerCompiler(serializerCompiler);
  answerProblems(server, parts);
  const streams = new OpenStreams();
  const cutLater = (run: () => void): Disposable =>
    parts.clock.schedule(new Date(parts.clock.now().getTime() + limits.closeGraceMs), run);
  await api.register(cookie);
  // Readers only listen: what a socket may send is a control frame.
  await api.register(websocket, {
    options: { maxPayload: 1024 },
    preClose: () => closeSockets(server, streams, cutLater),
  });
  permitPluginRoutes(server, docsPath, "read");
  permitPluginRoutes(server, assetsPath, "open");
  refuseUndeclaredRoutes(server);
  checkAccess(server, parts.access);
  addSecurityHeaders(server);
  const feed = await EventFeed.open(parts.reads.events, parts.clock);
  const codes = new SignInCodes(parts.clock);
  api.addHook("preClose", async () => {
    feed[Symbol.dispose]();
  });
  await addDocumentation(api, parts.facts.version);
  addSpecRoutes(api, parts);
  addPlanRoutes(api, parts);
  addBudgetRoutes(api, parts);
  addTaskRoutes(api, parts);
  addDiscoveryRoutes(api, parts);
  addConflictRoutes(api, parts);
  addPullRequestRoutes(api, parts);
  addAttemptRoutes(api, parts, streams);
  addProjectRoutes(api, parts);
  addEventRoutes(api, parts, { feed, streams });
  addStreamSocket(api, parts, { feed, streams, limits });
  addServerRoutes(api, parts);
  addSignInRoutes(api, parts, codes);
  addHealthRoutes(api, parts);
  if (parts.dashboard !== null) await addDashboardRoutes(api, parts.dashboard);
  return { server, signInLink: () => signInUrl(parts.reads.publicUrl(), codes.issue().code) };
}

/** Ends every stream; a socket that does not answer the closing within the grace is cut. */
async function closeSockets(
  server: FastifyInstance,
  streams: OpenStreams,
  later: (run: () => void) => Disposable,
): Promise<void> {
  streams.closeAll();
  const { websocketServer } = server;
  const cut = later(() => {
    for (const socket of websocketServer.clients) socket.terminate();
  });
  await new Promise<void>((resolve) => {
    websocketServer.close(() => {
      resolve();
    });
  });
  cut[Symbol.dispose]();
}

function addSecurityHeaders(server: FastifyInstance): void {
  server.addHook("onSend", async (_request, reply) => {
    reply
      .header("content-security-policy", contentSecurityPolicy)
      .header("x-content-type-options", "nosniff")
      .header("cross-origin-resource-policy", "same-origin");
    if (!reply.hasHeader("referrer-policy")) reply.header("referrer-policy", "same-origin");
    if (!reply.hasHeader("cache-control")) reply.header("cache-control", "no-store");
  });
}
