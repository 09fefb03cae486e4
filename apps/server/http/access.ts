import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import type {} from "@fastify/cookie";
import { sessionCookie } from "@omoios/contract/http";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { ApiAccess } from "./api-parts.ts";
import { RefusedRequest } from "./problem.ts";

/**
 * Checks every request before anything else looks at it: the Host header against DNS rebinding, the Origin header
 * against other pages in the same browser, then the token unless the route is open. WebSocket upgrades pass here too.
 */
export function checkAccess(api: FastifyInstance, access: ApiAccess): void {
  const isToken = secretMatcher(access.token);
  const isSession = secretMatcher(sessionValue(access.token));
  api.addHook("onRequest", async (request) => {
    refuseForeignHost(request, access.hosts);
    refuseForeignOrigin(request);
    if (request.is404 || request.routeOptions.config.permission === "open") return;
    const bearer = /^Bearer +(?<token>\S+)$/iu.exec(request.headers.authorization ?? "")?.groups?.["token"];
    const cookie = request.cookies[sessionCookie];
    if (bearer !== undefined ? isToken(bearer) : cookie !== undefined && isSession(cookie)) return;
    throw new RefusedRequest(
      "unauthenticated",
      bearer === undefined
        ? "This needs the token of this installation"
        : "The token is not the one of this installation",
      [
        "Programs: send `Authorization: Bearer <token>`; it is in the file `token` of OMOIOS_HOME",
        "Browsers: open the sign-in link that `omoios up` printed",
      ],
    );
  });
}

/** What the session cookie holds: made from the token, so that it is good exactly as long as the token is. */
export function sessionValue(token: string): string {
  return createHmac("sha256", token).update("omoios browser session").digest("base64url");
}

/** Compares in constant time, whatever the lengths. */
export function secretMatcher(secret: string): (given: string) => boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  const expected = digest(secret);
  return (given) => timingSafeEqual(digest(given), expected);
}

/** A name that resolves to this machine only in the attacker's DNS is not in the list; an address cannot be rebound. */
function refuseForeignHost(request: FastifyRequest, hosts: readonly string[]): void {
  const name = hostName(request.headers.host ?? "");
  if (name === "localhost" || isIP(name) !== 0 || hosts.includes(name)) return;
  throw new RefusedRequest("denied", `This server does not answer to the name "${name}"`, [
    "Use http://127.0.0.1 and its port",
  ]);
}

function refuseForeignOrigin(request: FastifyRequest): void {
  const origin = request.headers.origin;
  if (origin === undefined || originHost(origin) === request.headers.host) return;
  throw new RefusedRequest("denied", `Pages of ${origin} may not use this server`, []);
}

function hostName(host: string): string {
  const url = URL.parse(`http://${host}`);
  if (url === null || url.host === "" || url.username !== "" || url.pathname !== "/") return host;
  return url.hostname.replace(/^\[(?<address>.*)\]$/u, "$<address>");
}

function originHost(origin: string): string | null {
  return URL.parse(origin)?.host ?? null;
}
