import { randomUUID } from "node:crypto";
import { logPageSchema, type LogRecord } from "@omoios/contract/attempt-log";
import { apiPaths, sessionCookie } from "@omoios/contract/http";
import { specCreatedSchema, specViewSchema } from "@omoios/contract/http-spec";
import { statusSchema } from "@omoios/contract/http-system";
import { taskViewSchema } from "@omoios/contract/http-task";
import { problemSchema, type ProblemDocument } from "@omoios/contract/problem";
import { runResultSchema } from "@omoios/contract/run-result";
import type { Evidence, Verdict } from "@omoios/domain/proof/evidence";
import {
  later,
  sampleAt,
  sampleAttempt,
  sampleProject,
  sampleSpec,
  storePlan,
} from "@omoios/engine/testing/sample-rows";
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
    for (const value of Object.values(apiPaths)) {
      const path = typeof value === "string" ? value : value("{id}").replace("%7Bid%7D", "{id}");
      if (path !== apiPaths.openApi && path !== apiPaths.signIn) expect(paths).toContain(path);
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
      ...{ agent: null, model: null, scenario: null, approval: "policy" },
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

describe("references", () => {
  test("a label that several projects have is refused with the choices, and found with the project", async () => {
    const [left, right] = [sampleProject({ name: "left" }), sampleProject({ name: "right" })];
    await subject.database.transaction(async (tx) => {
      for (const project of [left, right]) await subject.stores.projects.create(tx, project);
    });
    const { spec } = await storePlan(subject, { project: left, specNumber: 71 });
    await storePlan(subject, { project: right, specNumber: 71 });
    const document = await problemIn(await subject.call(apiPaths.spec("SPC-71")));
    expect([document.status, document.kind]).toEqual([409, "ambiguous"]);
    expect(document.choices.map(({ project }) => project.name).toSorted()).toEqual(["left", "right"]);
    for (const project of ["left", left.id, left.source]) {
      const found = await subject.call(`${apiPaths.spec("spc-71")}?project=${encodeURIComponent(project)}`);
      expect(specViewSchema.parse(await found.json()).id).toBe(spec.id);
    }
    expect((await subject.call(`${apiPaths.spec("SPC-71")}?project=nobody`)).status).toBe(404);
    expect((await subject.call(apiPaths.spec("SPC-999"))).status).toBe(404);
    expect((await subject.call(apiPaths.spec("health"))).status).toBe(422);
  });
});

describe("read models", () => {
  test("a spec shows its goal with the evidence and the verdict it rests on, its tasks and its result", async () => {
    const plan = await storePlan(subject, { tasks: 2, needs: [[1, 0]], specNumber: 80, firstTaskNumber: 80 });
    const [task] = plan.tasks;
    if (task === undefined) throw new Error("no task");
    const attempt = sampleAttempt(task);
    const evidence = sampleEvidence(plan.check.id, attempt.id);
    await subject.database.transaction(async (tx) => {
      await subject.stores.attempts.create(tx, attempt);
      await subject.stores.proofs.addEvidence(tx, [evidence]);
      await subject.stores.proofs.addVerdicts(tx, [sampleVerdict(attempt.id, plan.criterion.id, evidence)]);
    });
    const before = specViewSchema.parse(await (await subject.call(apiPaths.spec(plan.spec.id))).json());
    expect(before.goal).toEqual({ met: 0, total: 1 });
    expect(before.criteria[0]).toMatchObject({ met: false, why: "nothing has landed yet", requirement: "REQ-1" });
    await land(attempt.id, plan.spec.id, evidence);
    const view = specViewSchema.parse(await (await subject.call(apiPaths.spec(plan.spec.id))).json());
    expect(view.goal).toEqual({ met: 1, total: 1 });
    expect(view.criteria[0]).toMatchObject({
      ...{ standing: "met", met: true, why: null, tasks: ["TSK-080", "TSK-081"] },
      evidence: [{ id: evidence.id, task: "TSK-080", attempt: 1, passed: true, durationMs: 2000 }],
      verdict: { confidence: 0.9, evidence: [evidence.id] },
    });
    expect(view.tasks.map(({ label, needs, attempts }) => [label, needs, attempts])).toEqual([
      ["TSK-080", [], 1],
      ["TSK-081", ["TSK-080"], 0],
    ]);
    const result = runResultSchema.parse(await (await subject.call(apiPaths.specResult(plan.spec.id))).json());
    expect(result).toMatchObject({
      criteria: [{ id: "REQ-1.1", met: true, evidence: [evidence.id] }],
      usage: { tokens: 0, usd: 0 },
      pullRequest: null,
    });
    const shown = taskViewSchema.parse(await (await subject.call(apiPaths.task(task.id))).json());
    expect(shown.history[0]).toMatchObject({ number: 1, candidates: [{ state: "landed" }] });
    const status = statusSchema.parse(await (await subject.call(apiPaths.status)).json());
    expect(status.running.find(({ spec }) => spec.id === plan.spec.id)).toMatchObject({ goal: { met: 1, total: 1 } });
    expect(subject.bugs).toEqual([]);
  });

  test("the diff is text, and a move the state does not allow is a conflict", async () => {
    const plan = await storePlan(subject, { specNumber: 90, firstTaskNumber: 90 });
    const diff = await subject.call(apiPaths.taskDiff("TSK-090"));
    expect([diff.headers.get("content-type"), await diff.text()]).toEqual([
      "text/plain; charset=utf-8",
      "diff --git a/x b/x\n+Grüße\n",
    ]);
    expect((await subject.call(apiPaths.specCancel(plan.spec.id), { body: {} })).status).toBe(200);
    const again = await problemIn(await subject.call(apiPaths.specCancel(plan.spec.id), { body: {} }));
    expect([again.status, again.kind]).toEqual([409, "illegal-move"]);
    expect((await problemIn(await subject.call(apiPaths.specPullRequest(plan.spec.id)))).status).toBe(404);
  });

  test("a log is read by offset and by the attempt's label", async () => {
    const plan = await storePlan(subject, { specNumber: 95, firstTaskNumber: 95 });
    const [task] = plan.tasks;
    if (task === undefined) throw new Error("no task");
    const attempt = sampleAttempt(task);
    await subject.database.transaction((tx) => subject.stores.attempts.create(tx, attempt));
    await subject.logs.append(attempt.id, logRecord("one"));
    const first = logPageSchema.parse(await (await subject.call(`${apiPaths.attemptLog("TSK-095.1")}`)).json());
    expect(first.records.map(({ text }) => text)).toEqual(["one"]);
    await subject.logs.append(attempt.id, logRecord("two"));
    const rest = logPageSchema.parse(
      await (await subject.call(`${apiPaths.attemptLog(attempt.id)}?offset=${String(first.next)}`)).json(),
    );
    expect(rest.records.map(({ text }) => text)).toEqual(["two"]);
    expect((await subject.call(apiPaths.attemptLog("TSK-095.7"))).status).toBe(404);
  });
});

function logRecord(text: string): LogRecord {
  return { at: sampleAt.toISOString(), source: "agent", stream: "stdout", text };
}

function sampleEvidence(checkId: string, attemptId: string): Evidence {
  return {
    ...{ id: randomUUID(), checkId, attemptId, subject: "candidate", commit: "c".repeat(40), tree: "d".repeat(40) },
    ...{ environment: "jail", exitCode: 0, timedOut: false, passed: true, outputDigest: "e".repeat(64), tail: "ok" },
    ...{ startedAt: later(1), endedAt: later(3) },
  };
}

function sampleVerdict(attemptId: string, criterionId: string, evidence: Evidence): Verdict {
  return {
    ...{
      attemptId,
      criterionId,
      candidateCommit: evidence.commit,
      met: true,
      confidence: 0.9,
      evidence: [evidence.id],
    },
    ...{ reasoning: "It answers.", voidReason: null, createdAt: later(4) },
  };
}

async function land(attemptId: string, specId: string, evidence: Evidence): Promise<void> {
  const { proofs } = subject.stores;
  const { commit, tree } = evidence;
  await subject.database.transaction(async (tx) => {
    const tips = { specTip: "a".repeat(40), taskTip: "b".repeat(40) };
    const proposed = {
      attemptId,
      specId,
      ...tips,
      commit,
      tree,
      state: "proposed",
      reason: null,
      createdAt: later(0),
      endedAt: null,
    } as const;
    await proofs.proposeCandidate(tx, proposed);
    const proven = await proofs.moveCandidate(tx, proposed, { move: "prove", at: later(4) });
    await proofs.moveCandidate(tx, proven, { move: "land", at: later(5) });
  });
}
