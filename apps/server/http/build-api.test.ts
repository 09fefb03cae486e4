import { apiPaths, sessionCookie } from "@omoios/contract/http";
import { specCreatedSchema } from "@omoios/contract/http-spec";
import { signInLinkSchema } from "@omoios/contract/http-system";
import { problemSchema, type ProblemDocument } from "@omoios/contract/problem";
import { sampleProject, sampleSpec } from "@omoios/engine/testing/sample-rows";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { openApiSubject, type ApiSubject } from "./api-subject.testsuite.ts";

let subject: ApiSubject;

beforeAll(async () => {
  subject = await openApiSubject();
});

afterAll(() => subject[Symbol.asyncDispose]());

async function problemIn(answer: Response): Promise<ProblemDocument> {
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  const document = problemSchema.parse(await answer.json());
  expect(document.status).toBe(answer.status);
  return document;
}

interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, unknown>> }>>>
  >;
}

async function documented(): Promise<OpenApi> {
  return (await (await subject.call(apiPaths.openApi)).json()) as OpenApi;
}

describe("access", () => {
  test("every route but the open ones answers 401 without the token, and is not carried out", async () => {
    const open = new Set(["/healthz", "/readyz", "/sign-in"]);
    const routes = [
      ...subject.server.printRoutes({ commonPrefix: false }).matchAll(/(\/\S*) \((?<methods>[A-Z, ]+)\)/gu),
    ];
    expect(routes.length).toBeGreaterThan(10);
    const known = Object.entries((await documented()).paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => [method.toUpperCase(), path.replaceAll(/\{\w+\}/gu, "SPC-1")] as const),
    );
    for (const [method, path] of [
      ...known,
      ["GET", "/docs"],
      ["GET", "/docs/json"],
      ["GET", "/openapi.json"],
    ] as const) {
      const answer = await fetch(subject.url + path, { method });
      const expected = open.has(path) ? [200] : [401];
      expect([path, method, expected]).toEqual([path, method, [answer.status]]);
      if (!open.has(path)) await problemIn(answer);
    }
  });

  test("a wrong token is refused", async () => {
    const answer = await subject.call(apiPaths.specs, { headers: { authorization: "Bearer nonsense" } });
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toBe("Bearer");
  });

  test("a sign-in link works once, sets a strict cookie and leads to the documentation", async () => {
    const link = subject.signInLink();
    const first = await fetch(link, { redirect: "manual" });
    expect([first.status, first.headers.get("location")]).toEqual([303, "/docs"]);
    const cookie = first.headers.get("set-cookie") ?? "";
    expect(cookie).toContain("HttpOnly");
    expect(cookie).toContain("SameSite=Strict");
    expect((await fetch(link, { redirect: "manual" })).status).toBe(401);
    const session = cookie.split(";", 1)[0] ?? "";
    expect((await fetch(subject.url + apiPaths.specs, { headers: { cookie: session } })).status).toBe(200);
    const forged = `${sessionCookie}=${subject.token}`;
    expect((await fetch(subject.url + apiPaths.specs, { headers: { cookie: forged } })).status).toBe(401);
  });

  test("whoever has the token can ask for a sign-in link, without a body or with an empty one", async () => {
    for (const body of [null, "{}"]) {
      const headers = {
        authorization: `Bearer ${subject.token}`,
        ...(body === null ? {} : { "content-type": "application/json" }),
      };
      const answer = await fetch(subject.url + apiPaths.signInLinks, { method: "POST", headers, body });
      expect(answer.status).toBe(201);
      const { url } = signInLinkSchema.parse(await answer.json());
      expect((await fetch(url, { redirect: "manual" })).status).toBe(303);
    }
  });

  test("a foreign name in Host, as DNS rebinding sends it, and a foreign Origin are refused", async () => {
    const rebound = await subject.server.inject({ url: "/healthz", headers: { host: "evil.example:18000" } });
    expect(rebound.statusCode).toBe(403);
    for (const host of ["127.0.0.1:1", "[::1]:1", "localhost", "omoios.test:80"]) {
      expect((await subject.server.inject({ url: "/healthz", headers: { host } })).statusCode).toBe(200);
    }
    const foreign = await subject.call(apiPaths.specs, { headers: { origin: "http://127.0.0.1:3000" } });
    expect(foreign.status).toBe(403);
    expect((await subject.call(apiPaths.specs, { headers: { origin: "null" } })).status).toBe(403);
    expect((await subject.call(apiPaths.specs, { headers: { origin: subject.url } })).status).toBe(200);
  });

  test("a browser that is not signed in sees a page, without anything inline", async () => {
    const answer = await fetch(`${subject.url}/docs`, { headers: { accept: "text/html" } });
    expect(answer.status).toBe(401);
    expect(await answer.text()).toContain("sign-in link");
    expect(answer.headers.get("content-security-policy")).not.toContain("unsafe");
  });
});

describe("documentation", () => {
  test("is OpenAPI 3.1 with a problem for every route, and a page whose assets are here", async () => {
    const document = await documented();
    expect(document.openapi).toBe("3.1.0");
    for (const methods of Object.values(document.paths)) {
      for (const { responses } of Object.values(methods)) expect(Object.keys(responses)).toContain("default");
    }
    const page = await (await subject.call("/docs/")).text();
    const assets = [...page.matchAll(/(?:src|href)="(?<path>[^"]+)"/gu)].map((match) => match.groups?.["path"] ?? "");
    expect(assets.length).toBeGreaterThan(3);
    for (const asset of assets) {
      expect(asset).not.toMatch(/^(?:https?:)?\/\//u);
      expect((await subject.call(new URL(asset, `${subject.url}/docs/`).pathname)).status).toBe(200);
    }
  });

  test("nothing it documents differs from the paths in the contract", async () => {
    const paths = new Set(Object.keys((await documented()).paths));
    const hidden = new Set<string>([apiPaths.openApi, apiPaths.signIn, apiPaths.signOut]);
    for (const value of Object.values(apiPaths)) {
      const path = typeof value === "string" ? value : value("{id}").replace("%7Bid%7D", "{id}");
      if (!hidden.has(path)) expect(paths).toContain(path);
    }
  });
});

describe("specs", () => {
  test("a request is passed on whole, and its answer says what is left out", async () => {
    const body = { request: "  Add a health endpoint ", repository: "/repositories/one", yes: true };
    const answer = await subject.call(apiPaths.specs, { body });
    expect(answer.status).toBe(201);
    const created = specCreatedSchema.parse(await answer.json());
    expect(created).toMatchObject({ leftOut: { count: 1, paths: ["notes.txt"] }, notices: ["shallow"] });
    expect(answer.headers.get("location")).toBe(apiPaths.spec(created.spec.id));
    expect(subject.requested.at(-1)).toEqual({
      ...{ request: "Add a health endpoint", repository: "/repositories/one", base: null, size: "direct" },
      ...{ agent: null, model: null, scenario: null, budget: null, approval: "policy" },
    });
  });

  test("a key makes a request happen once; other content under the same key is refused; a refusal frees it", async () => {
    const before = subject.requested.length;
    const headers = { "idempotency-key": "4f2b" };
    const body = { request: "Add a health endpoint", repository: "/repositories/two" };
    const first: unknown = await (await subject.call(apiPaths.specs, { body, headers })).json();
    const again = await subject.call(apiPaths.specs, { body, headers });
    expect([again.status, await again.json()]).toEqual([201, first]);
    const other = await subject.call(apiPaths.specs, { body: { ...body, yes: true }, headers });
    expect((await problemIn(other)).problems[0]?.at).toBe("Idempotency-Key");
    expect(subject.requested.length).toBe(before + 1);
    const missing = { body: { ...body, repository: "/missing" }, headers: { "idempotency-key": "5a" } };
    expect((await subject.call(apiPaths.specs, missing)).status).toBe(422);
    expect((await subject.call(apiPaths.specs, missing)).status).toBe(422);
    expect(subject.requested.length).toBe(before + 3);
  });

  test("everything that is wrong with a request is listed, with the name that was meant", async () => {
    const answer = await subject.call(apiPaths.specs, {
      body: { request: " ", repositroy: "/x", size: "huge", yes: "no" },
    });
    expect(answer.status).toBe(422);
    const { problems } = await problemIn(answer);
    expect(problems).toEqual([
      { at: "request", message: "is empty: say in a sentence what to build" },
      { at: "repository", message: "is missing: a string" },
      { at: "size", message: "has to be one of: direct, light, full" },
      { at: "yes", message: "has to be a boolean" },
      { at: "repositroy", message: "is not a known name", fix: "Did you mean repository?" },
    ]);
  });

  test("a request of 100 kB is refused with its length and the limit", async () => {
    const body = { request: "x".repeat(100_000), repository: "/repositories/one" };
    const { problems } = await problemIn(await subject.call(apiPaths.specs, { body }));
    expect(problems[0]?.message).toContain("100000 characters");
    expect(problems[0]?.message).toContain("20000");
  });

  test("what is not JSON is 400, what is too large 413", async () => {
    const init = {
      method: "POST",
      headers: { authorization: `Bearer ${subject.token}`, "content-type": "application/json" },
    };
    expect((await fetch(subject.url + apiPaths.specs, { ...init, body: "{" })).status).toBe(400);
    expect((await fetch(subject.url + apiPaths.specs, { ...init, body: `"${"x".repeat(4_100_000)}"` })).status).toBe(
      413,
    );
  });

  test("pages hold every spec once, newest first", async () => {
    const project = sampleProject({ name: "paged" });
    const specs = Array.from({ length: 5 }, (_, place) =>
      sampleSpec(project, { number: place + 1, requestedAt: new Date(Date.UTC(2026, 0, 1, 0, Math.floor(place / 2))) }),
    );
    await subject.database.transaction(async (tx) => {
      await subject.stores.projects.create(tx, project);
      for (const spec of specs) await subject.stores.specs.create(tx, spec, null);
    });
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const query = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const answer = await subject.call(`${apiPaths.specs}?project=paged&limit=2${query}`);
      const page = z
        .object({ items: z.array(z.object({ label: z.string() })), next: z.string().nullable() })
        .parse(await answer.json());
      seen.push(...page.items.map(({ label }) => label));
      cursor = page.next;
    }
    expect(seen.toSorted()).toEqual(["SPC-1", "SPC-2", "SPC-3", "SPC-4", "SPC-5"]);
    expect(seen[0]).toBe("SPC-5");
    expect((await subject.call(`${apiPaths.specs}?cursor=nonsense`)).status).toBe(422);
  });
});
