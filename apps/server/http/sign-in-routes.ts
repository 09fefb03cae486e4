import { apiPaths, emptyBodySchema, sessionCookie } from "@omoios/contract/http";
import { signInLinkSchema } from "@omoios/contract/http-system";
import { z } from "zod";
import { docsPath } from "./open-api.ts";
import { sessionValue } from "./access.ts";
import type { Api } from "./api.ts";
import type { ApiParts } from "./api-parts.ts";
import type { SignInCodes } from "./sign-in-codes.ts";
import { signInPage, signInStyle, signInStylePath } from "./sign-in-page.ts";

const sessionSeconds = 30 * 24 * 3600;

/** Signing a browser in: a link with a one-time code, exchanged for a cookie. */
export function addSignInRoutes(api: Api, parts: ApiParts, codes: SignInCodes): void {
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
  api.get(signInStylePath, { config: { permission: "open" }, schema: { hide: true } }, (_request, reply) =>
    reply.type("text/css; charset=utf-8").send(signInStyle),
  );
  api.get("/", { config: { permission: "open" }, schema: { hide: true } }, (_request, reply) =>
    reply.redirect(docsPath, 303),
  );
  api.get(
    apiPaths.signIn,
    {
      config: { permission: "open" },
      schema: { hide: true, querystring: z.strictObject({ code: z.string().max(200).optional() }) },
    },
    async ({ query }, reply) => {
      reply.header("referrer-policy", "no-referrer").header("cache-control", "no-store");
      if (query.code === undefined || !codes.redeem(query.code)) {
        return reply.code(401).type("text/html; charset=utf-8").send(signInPage);
      }
      const cookie = { path: "/", httpOnly: true, sameSite: "strict", maxAge: sessionSeconds } as const;
      return reply.setCookie(sessionCookie, sessionValue(parts.access.token), cookie).redirect(docsPath, 303);
    },
  );
}

/** The address of a sign-in link. */
export function signInUrl(publicUrl: string, code: string): string {
  return `${publicUrl}${apiPaths.signIn}?code=${encodeURIComponent(code)}`;
}
