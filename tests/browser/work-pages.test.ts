import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { greetingsScenario } from "../e2e/testing/greetings-scenario.ts";
import { BrowserRun, expectPresentable } from "./testing/browser-run.ts";

let run: BrowserRun;

beforeAll(async () => {
  run = await BrowserRun.open();
});

afterAll(() => run[Symbol.asyncDispose]());

afterEach(() => {
  expect(run.offences).toEqual({ policy: [], foreignRequests: [], errors: [] });
});

const patience = { timeout: 120_000 };

test("a task is followed to its landing, and the pull request is read in order", async () => {
  const page = await run.signedIn();
  const spec = await run.server.post({
    agent: "scripted",
    model: "scripted",
    size: "light",
    yes: true,
    request: "Greet people in four languages",
    repository: run.repository,
    scenario: greetingsScenario(),
  });
  await page.goto(`${run.url}/specs/${spec.label}?tab=tasks`);
  await page.getByRole("button", { name: "TSK-001 Greet in english" }).click(patience);
  await page.getByRole("link", { name: "Attempts, log, changes and evidence" }).click();
  await page.getByRole("heading", { name: "Greet in english" }).waitFor();
  await page
    .getByRole("region", { name: "Output" })
    .getByText("node --test checks/english.test.js")
    .first()
    .waitFor(patience);
  await page.getByText("Complete", { exact: true }).waitFor(patience);
  await page.getByText("1 of 1 proven").waitFor(patience);
  await page.getByRole("list", { name: "Steps of attempt 1" }).getByText("Agent worked").waitFor();
  await expectPresentable(page);
  await page.getByRole("tab", { name: "Diff" }).click();
  await page.getByRole("region", { name: "Changes in src/english.js" }).getByText("Hello").waitFor();
  await expectPresentable(page);
  await page.getByRole("tab", { name: "Brief" }).click();
  await expectPresentable(page);

  await page.getByRole("link", { name: "Home" }).click();
  await page.getByRole("link", { name: `Review ${spec.label}` }).click(patience);
  await page.getByRole("navigation", { name: "Files in reading order" }).getByText("src/german.js").click();
  await page.getByRole("region", { name: "Changes in src/german.js" }).getByText("Hallo").waitFor();
  await page.getByRole("checkbox", { name: "Read" }).click();
  await page.getByText("1 of 6 read").waitFor();
  await page.getByText(`omoios pr take ${spec.label}`).waitFor();
  await expectPresentable(page);
  await page.getByRole("tab", { name: "Description" }).click();
  await page.getByRole("heading", { name: "Read in this order" }).first().waitFor();
  await expectPresentable(page);

  await page.getByRole("button", { name: "Bring in main" }).click();
  await page.getByText(`${spec.label} contains main as it is now`).waitFor();
  await page.getByRole("button", { name: "Merge" }).click();
  const dialog = page.getByRole("dialog", { name: `Merge ${spec.label} into main?` });
  await dialog.getByRole("button", { name: "Merge it" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByText("Merged", { exact: true }).waitFor();
  expect((await run.server.spec(spec.id)).status).toBe("merged");
});

test("a feature is asked for in the browser; what is wrong with it is said, with the fix", async () => {
  const page = await run.signedIn();
  await page.getByRole("link", { name: "New feature" }).first().click();
  await page.getByLabel("What should be built?").fill("Greet people in Dutch");
  await page.getByLabel("Repository").fill(run.repository);
  await page.getByText("Branch, agent, model, budget").click();
  await page.getByLabel("Agent", { exact: true }).fill("nobody");
  await page.getByRole("button", { name: "Plan it" }).click();
  await page.getByRole("alert").getByText("nobody").first().waitFor();
  await expectPresentable(page);
});
