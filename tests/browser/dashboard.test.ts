import { apiPaths } from "@omoios/contract/http";
import { specSummarySchema } from "@omoios/contract/http-spec";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { greetingsScenario, smallScenario } from "../e2e/testing/greetings-scenario.ts";
import { accessibilityFaults, BrowserRun, expectPresentable } from "./testing/browser-run.ts";

let run: BrowserRun;

beforeAll(async () => {
  run = await BrowserRun.open();
});

afterAll(() => run[Symbol.asyncDispose]());

afterEach(() => {
  expect(run.offences).toEqual({ policy: [], foreignRequests: [], errors: [] });
});

const scripted = { agent: "scripted", model: "scripted", size: "full", yes: false } as const;
const patience = { timeout: 120_000 };

test("somebody who is not signed in sees how to get in, and nothing else", async () => {
  const page = await run.page();
  await page.goto(`${run.url}/specs`);
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await expectPresentable(page);
  await page.getByLabel("Token").fill("not the token");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").getByText("This is not the token of this installation").waitFor();
  await page.getByLabel("Token").fill(run.server.client.endpoint.token ?? "");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Specs" }).waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
});

test("a sign-in link works once, and says so the second time", async () => {
  const link = await run.signInLink();
  const first = await run.page();
  await first.goto(link);
  await first.getByRole("heading", { level: 1, name: /Nothing needs you/u }).waitFor();
  await expectPresentable(first);
  const second = await run.page();
  await second.goto(link);
  await second.getByText("This link was used already").waitFor();
});

test("an address that is no page says so", async () => {
  const page = await run.signedIn();
  await page.goto(`${run.url}/no/such/page`);
  await page.getByText("There is nothing at this address").waitFor();
  await page.goto(`${run.url}/specs/SPC-999`);
  await page
    .getByRole("alert")
    .getByText(/SPC-999 .*does not exist/u)
    .waitFor();
  await expectPresentable(page);
});

test("a feature is followed through the browser: question, rewording, approval, graph, proof, pull request", async () => {
  const page = await run.signedIn();
  const spec = await run.server.post({
    ...scripted,
    request: "Greet people in four languages",
    repository: run.repository,
    scenario: greetingsScenario(),
  });
  await page.getByRole("link", { name: "Answer SPC-1" }).click(patience);
  await page.getByText("Is the greeting formal or informal?").waitFor();
  await expectPresentable(page);
  await page.getByLabel("Write your own").check();
  await page.getByLabel(/^Your answer to/u).fill("Very formal");
  await page.getByRole("button", { name: "Answer and go on" }).click();

  const approve = page.getByRole("button", { name: "Approve and start 6 tasks" });
  await approve.waitFor(patience);
  await page.getByRole("tab", { name: "Tasks" }).click();
  await page.getByRole("button", { name: "Greet in english" }).waitFor(patience);
  await expectPresentable(page);
  for (const tab of ["Design", "Execution", "Review", "Requirements"]) {
    await page.getByRole("tab", { name: tab }).click();
    await page.getByRole("tabpanel", { name: tab }).waitFor();
    await expectPresentable(page);
  }
  await page.getByRole("tab", { name: "Tasks" }).click();
  await approve.click();
  await page.getByRole("button", { name: "TSK-001 Greet in english" }).press("Enter", patience);
  await page.getByRole("complementary", { name: "Task TSK-001" }).getByText("english(").waitFor(patience);
  await page.getByText("In review").waitFor(patience);
  await page.getByText("6 of 6 proven").waitFor(patience);
  await page.getByRole("tab", { name: "Requirements" }).click();
  await page.getByText("REQ-5.1").click();
  await page
    .getByText(/^exit 0, on/u)
    .locator("visible=true")
    .first()
    .waitFor();
  await expectPresentable(page);
  await page.getByRole("tab", { name: "Execution" }).click();
  await page.getByRole("region", { name: "Proven, landing by landing" }).getByText("6 of 6 met").last().waitFor();
  await page.getByText("Plan approved by person").waitFor();
  await expectPresentable(page);
  await page.getByRole("tab", { name: "Review" }).click();
  await page.getByText(`omoios pr take ${spec.label}`).waitFor();
  await page.getByRole("link", { name: "Home" }).click();
  await page.getByText("Review the pull request").waitFor();
  await page.getByRole("heading", { name: "Finished 6" }).waitFor();
  await expectPresentable(page);
  expect((await run.server.spec(spec.id)).questions[0]?.answer).toBe("Very formal");
});

test("a plan is sent back with a reason, which cannot be left out", async () => {
  const page = await run.signedIn();
  const spec = await run.server.post({
    ...scripted,
    request: "Greet in one language",
    repository: run.repository,
    size: "light",
    scenario: greetingsScenario(),
  });
  await page.getByRole("link", { name: `Review plan ${spec.label}` }).click(patience);
  await page.getByRole("button", { name: "Reject with a reason" }).click();
  const dialog = page.getByRole("dialog", { name: "Send the plan back" });
  await dialog.getByRole("button", { name: "Send back" }).click();
  await dialog.getByLabel("What has to be different?").fill("Leave out Spanish");
  expect(await accessibilityFaults(page)).toEqual([]);
  const rejecting = /\/reject(?:\?|$)/u;
  await page.route(rejecting, (route) => route.fulfill({ status: 503, json: {} }));
  await dialog.getByRole("button", { name: "Send back" }).click();
  await dialog.getByText("The plan was not sent back").waitFor();
  expect(await dialog.getByLabel("What has to be different?").inputValue()).toBe("Leave out Spanish");
  await page.unroute(rejecting);
  await dialog.getByRole("button", { name: "Send back" }).click();
  await dialog.waitFor({ state: "detached" });
  expect((await run.server.spec(spec.id)).approval).toMatchObject({
    decision: "rejected",
    reason: "Leave out Spanish",
  });
  await page.getByRole("button", { name: /^Approve and start/u }).waitFor(patience);
});

test("words of a planner are shown as text, whatever they look like", async () => {
  const hostile = '<img src="https://evil.example/x.png" onerror="document.title=\'owned\'"> [a](javascript:alert(1))';
  const page = await run.signedIn();
  const spec = await run.server.post({
    ...scripted,
    request: hostile,
    repository: run.repository,
    scenario: smallScenario(),
  });
  await page.goto(`${run.url}/specs/${spec.id}`);
  await page.getByText("onerror").first().waitFor(patience);
  expect(await page.locator("img").count()).toBe(0);
  await run.server.client.post(apiPaths.specCancel(spec.id), specSummarySchema);
  await page.getByText("Cancelled").first().waitFor(patience);
});

test("a server that is killed and comes back is made up for, without loading the page again", async () => {
  const page = await run.signedIn();
  await page.evaluate("globalThis.sameDocument = true");
  await run.restartServer();
  await page.getByText("Connection lost").waitFor({ state: "detached", ...patience });
  const spec = await run.server.post({
    ...scripted,
    request: "Greet after the restart",
    repository: run.repository,
    size: "light",
    scenario: greetingsScenario(),
  });
  await page.getByRole("link", { name: `Review plan ${spec.label}` }).waitFor(patience);
  expect(await page.evaluate("globalThis.sameDocument")).toBe(true);
});
