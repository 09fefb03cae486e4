import { afterAll, beforeAll, expect, test } from "vitest";
import { BrowserRun, expectPresentable } from "./testing/browser-run.ts";

let run: BrowserRun;

beforeAll(async () => {
  run = await BrowserRun.openDemo();
});

afterAll(() => run[Symbol.asyncDispose]());

const patience = { timeout: 240_000 };

test("the demo in the browser alone: asked for, answered, approved, followed, decided, read", async () => {
  const page = await run.signedIn();
  await run.askForDemo(page);
  await page.getByLabel("Write your own").check(patience);
  await expectPresentable(page);
  await page.reload();
  await page.getByLabel("Write your own").check(patience);
  await page.getByLabel(/^Your answer to/u).fill("No, and it never will");
  await page.keyboard.press("Enter");
  const approve = page.getByRole("button", { name: /^Approve and start/u });
  await approve.waitFor(patience);
  await page.getByRole("heading", { name: "Done when 9" }).waitFor();
  await expectPresentable(page);
  await approve.press("Enter");
  await page.getByText("It goes on without this page.").waitFor(patience);

  await page.getByRole("link", { name: /^Home/u }).click();
  await page.getByRole("button", { name: /^Decide about DSC-/u }).click(patience);
  const dialog = page.getByRole("dialog");
  await dialog.getByText("These are its words").waitFor();
  await expectPresentable(page);
  await dialog.getByLabel("Or why it is not done here").fill("Not in this feature");
  await dialog.getByRole("button", { name: "Dismiss it" }).click();
  await page.getByRole("heading", { name: /^Found on the way/u }).waitFor({ state: "detached" });

  await page.getByRole("link", { name: "Review SPC-1" }).waitFor(patience);
  const [conflict] = (await run.server.events()).filter(({ type }) => type === "conflict.found");
  await page.goto(`${run.url}/tasks/${conflict?.taskId}?tab=conflict`);
  await page.getByText("Resolved", { exact: true }).waitFor();
  await page.getByRole("tabpanel", { name: "Conflict" }).getByText("src/server.ts").first().waitFor();
  await expectPresentable(page);

  await page.goto(run.url);
  await page.getByRole("link", { name: "Review SPC-1" }).click();
  await page.getByRole("navigation", { name: "Files in reading order" }).waitFor();
  await expectPresentable(page);
  expect((await run.server.spec("SPC-1")).questions[0]?.answer).toBe("No, and it never will");
  expect(run.offences).toEqual({ policy: [], foreignRequests: [], errors: [] });
});
