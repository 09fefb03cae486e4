import { apiPaths, emptyBodySchema, sessionCookie } from "@omoios/contract/http";
import { signInLinkSchema } from "@omoios/contract/http-system";
import { z } from "zod";
import { docsPath } from "./open-api.ts";
import { pagePaths } from "@omoios/contract/pages";
import type { FastifyReply } from "fastify";
import { secretMatcher, sessionValue } from "./access.ts";
import type { Api } from "./api.ts";
import type { ApiParts } from "./api-parts.ts";
import { sendDashboard } from "./dashboard-routes.ts";
import { RefusedRequest } from "./problem.ts";
import type { SignInCodes } from "./sign-in-codes.ts";
import { signInPage, signInStyle, signInStylePath } from "./sign-in-page.ts";

const sessionSeconds = 30 * 24 * 3600;
const cookiePlace = { path: "/", httpOnly: true, sameSite: "strict" } as const;

/** Signing a browser in and out: a link with a one-time code, or the token, exchanged for a cookie. */
export function addSignInRoutes(api: Api, parts: ApiParts, codes: SignInCodes): void {
  addSignInLinks(api, parts, codes);
  addSignInByToken(api, parts);
  api.get(signInStylePath, { config: { permission: "open" }, schema: { hide: true } }, (_request, reply) =>
    reply.type("text/css; charset=utf-8").send(signInStyle),
  );
  if (parts.dashboard !== null) return;
  api.get("/", { config: { permission: "open" }, schema: { hide: true } }, (_request, reply) =>
    reply.redirect(docsPath, 303),
  );
}

function addSignInLinks(api: Api, parts: ApiParts, codes: SignInCodes): void {
  api.post(
    apiPaths.signInLinks,
    {
      config: { permission: "operate" },
      schema: {
        summary: "A link that signs a browser in, once",
        tags: ["server"],
        body: emptyBodySchema,
        response: { 201: signInLinkSchema },
      },
    },
    async (_request, reply) => {
      const { code, expiresAt } = codes.issue();
      return reply
        .code(201)
        .send({ url: signInUrl(parts.reads.publicUrl(), code), expiresAt: expiresAt.toISOString() });
    },
  );
  api.get(
    apiPaths.signIn,
    {
      config: { permission: "open" },
      schema: { hide: true, querystring: z.strictObject({ code: z.string().max(200).optional() }) },
    },
    async ({ query: { code } }, reply) => {
      reply.header("referrer-policy", "no-referrer").header("cache-control", "no-store");
      if (code === undefined) return sendSignInPage(reply, parts.dashboard);
      if (!codes.redeem(code)) return sendSignInPage(reply.code(401), parts.dashboard);
      return signIn(reply, parts).redirect(parts.dashboard === null ? docsPath : pagePaths.home, 303);
    },
  );
}

function addSignInByToken(api: Api, parts: ApiParts): void {
  const isToken = secretMatcher(parts.access.token);
  api.post(
    apiPaths.signIn,
    {
      config: { permission: "open" },
      schema: { hide: true, body: z.strictObject({ token: z.string().trim().max(500) }) },
    },
    async ({ body }, reply) => {
      if (!isToken(body.token)) {
        throw new RefusedRequest("unauthenticated", "This is not the token of this installation", [
          "It is the one line in the file `token` of OMOIOS_HOME on the server's machine",
        ]);
      }
      return signIn(reply, parts).code(204).send();
    },
  );
  api.post(
    apiPaths.signOut,
    { config: { permission: "open" }, schema: { hide: true, body: emptyBodySchema } },
    async (_request, reply) => reply.clearCookie(sessionCookie, cookiePlace).code(204).send(),
  );
}

function signIn<Reply extends FastifyReply>(reply: Reply, { access }: Pick<ApiParts, "access">): Reply {
  reply.setCookie(sessionCookie, sessionValue(access.token), { ...cookiePlace, maxAge: sessionSeconds });
  return reply;
}

function sendSignInPage(reply: FastifyReply, dashboard: string | null): FastifyReply {
  if (dashboard !== null) return sendDashboard(reply, dashboard);
  return reply.type("text/html; charset=utf-8").send(signInPage);
}

/** The address of a sign-in link. */
export function signInUrl(publicUrl: string, code: string): string {
  return `${publicUrl}${apiPaths.signIn}?code=${encodeURIComponent(code)}`;
}
