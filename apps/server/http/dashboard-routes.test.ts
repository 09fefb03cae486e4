import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { apiPaths } from "@omoios/contract/http";
import { pagePaths } from "@omoios/contract/pages";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openApiSubject, type ApiSubject } from "./api-subject.testsuite.ts";

let subject: ApiSubject;
let folder: string;
const document = '<!doctype html><script type="module" src="/assets/main-abc.js"></script>';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "omoios-dashboard-"));
  await mkdir(join(folder, "assets"));
  await writeFile(join(folder, "index.html"), document);
  await writeFile(join(folder, "theme.js"), "//");
  await writeFile(join(folder, "assets/main-abc.js"), "1");
  await writeFile(join(folder, ".built-from"), "a digest");
  subject = await openApiSubject({ dashboard: folder });
});

afterAll(async () => {
  await subject[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function page(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(subject.url + path, { headers: { accept: "text/html" }, redirect: "manual", ...init });
}

test("every page is the dashboard's document, asked for anew each time, for anybody", async () => {
  for (const path of [...Object.values(pagePaths), apiPaths.signIn]) {
    const answer = await page(path.replace(/:\w+/u, "SPC-7"));
    expect([path, answer.status, await answer.text()]).toEqual([path, 200, document]);
    expect(answer.headers.get("content-security-policy")).toContain("script-src 'self'");
    expect(answer.headers.get("cache-control")).toMatch(/^no-(?:cache|store)$/u);
  }
});

test("an address that is no page is 404 with the document for a browser, and a problem for a program", async () => {
  const forBrowser = await page("/nowhere/at/all");
  expect([forBrowser.status, await forBrowser.text()]).toEqual([404, document]);
  const forProgram = await page("/nowhere/at/all", { headers: { accept: "application/json" } });
  expect([forProgram.status, forProgram.headers.get("content-type")]).toEqual([404, "application/problem+json"]);
  expect((await page("/api/v1/nowhere")).headers.get("content-type")).toBe("application/problem+json");
});

test("a file whose name holds its digest is kept forever; nothing beside the assets is given out", async () => {
  const asset = await page("/assets/main-abc.js");
  expect([asset.status, asset.headers.get("cache-control")]).toEqual([200, "public, max-age=31536000, immutable"]);
  for (const path of ["/assets/missing.js", "/assets/../.built-from", "/assets/..%2f.built-from", "/.built-from"]) {
    expect([path, (await page(path)).status]).toEqual([path, 404]);
  }
});

test("a sign-in link leads to the dashboard; one that was used shows the page that says so", async () => {
  const link = subject.signInLink().slice(subject.url.length);
  const first = await page(link);
  expect([first.status, first.headers.get("location")]).toEqual([303, "/"]);
  const second = await page(link);
  expect([second.status, await second.text()]).toEqual([401, document]);
});

test("the token signs a browser in, another one does not, and signing out takes the cookie back", async () => {
  const signIn = async (token: string) =>
    page(apiPaths.signIn, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token }),
    });
  const refused = await signIn("nonsense");
  expect([refused.status, refused.headers.get("set-cookie")]).toEqual([401, null]);
  const answer = await signIn(` ${subject.token}\n`);
  const cookie = answer.headers.get("set-cookie") ?? "";
  expect([answer.status, cookie.includes("HttpOnly"), cookie.includes("SameSite=Strict")]).toEqual([204, true, true]);
  const session = cookie.split(";", 1)[0] ?? "";
  expect((await fetch(subject.url + apiPaths.specs, { headers: { cookie: session } })).status).toBe(200);
  const out = await page(apiPaths.signOut, { method: "POST" });
  expect([out.status, out.headers.get("set-cookie")]).toEqual([
    204,
    expect.stringContaining("Expires=Thu, 01 Jan 1970"),
  ]);
});

test("another page in the same browser can sign nobody in or out", async () => {
  for (const path of [apiPaths.signIn, apiPaths.signOut]) {
    const answer = await page(path, { method: "POST", headers: { origin: "http://evil.example" } });
    expect(answer.status).toBe(403);
  }
});
