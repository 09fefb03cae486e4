import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Page } from "playwright-core";
import { BrowserRun } from "./testing/browser-run.ts";

const folder = resolve(process.argv[2] ?? "screenshots");
const patience = { timeout: 180_000 };
const desk = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };

/** Writes `<name>-light.png`, `-dark.png` and `-phone.png` of the page as it is. */
async function take(page: Page, name: string): Promise<void> {
  await page.evaluate("document.activeElement?.closest('dialog') ?? document.activeElement?.blur()");
  for (const [suffix, colorScheme, size] of [
    ["light", "light", desk],
    ["dark", "dark", desk],
    ["phone", "light", phone],
  ] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize(size);
    await page.evaluate("new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn, 400)))");
    await page.screenshot({ path: join(folder, `${name}-${suffix}.png`) });
  }
  await page.setViewportSize(desk);
  console.log(name);
}

async function takeTabs(page: Page, name: string, tabs: readonly string[]): Promise<void> {
  for (const tab of tabs) {
    await page.getByRole("tab", { name: tab }).click();
    await page.getByRole("tabpanel", { name: tab }).waitFor();
    await take(page, `${name}-${tab.toLowerCase()}`);
  }
}

/** The demo's feature from the first word to the merge, and every page on the way. */
async function takeAll(run: BrowserRun): Promise<void> {
  const outside = await run.page();
  await outside.goto(run.url);
  await outside.getByRole("heading", { name: "Sign in" }).waitFor();
  await take(outside, "sign-in");
  const page = await run.signedIn();
  await take(page, "home-empty");
  await page.getByRole("link", { name: "New feature" }).first().click();
  await take(page, "new-feature");
  await run.askForDemo(page);
  const answer = page.getByRole("button", { name: "Answer and go on" });
  await answer.waitFor(patience);
  await take(page, "new-feature-question");
  await answer.click();
  const approve = page.getByRole("button", { name: /^Approve and start/u });
  await approve.waitFor(patience);
  await take(page, "new-feature-plan");
  await page.getByRole("link", { name: "Open SPC-1" }).click();
  await page.getByRole("tab", { name: "Tasks" }).click();
  await page.locator(".task-node").first().waitFor();
  await takeTabs(page, "plan", ["Requirements", "Design", "Tasks", "Execution"]);
  await approve.click();
  await page.getByRole("link", { name: /^Home/u }).click();
  const decide = page.getByRole("button", { name: /^Decide about DSC-/u });
  await decide.waitFor(patience);
  await take(page, "home-running");
  await page.goto(`${run.url}/specs/SPC-1?tab=tasks`);
  await page.getByRole("button", { name: /TSK-001/u }).waitFor();
  await take(page, "run-tasks");
  await page.goto(run.url);
  await decide.click();
  await take(page, "discovery");
  await page.getByRole("button", { name: "Close", exact: true }).click();
  await page.getByText("Review the pull request").waitFor(patience);
  await take(page, "home-review");
  await page.goto(`${run.url}/specs/SPC-1`);
  await takeTabs(page, "done", ["Requirements", "Tasks", "Execution", "Review"]);
  const [conflict] = (await run.server.events()).filter(({ type }) => type === "conflict.found");
  await page.goto(`${run.url}/tasks/${conflict?.taskId}`);
  await takeTabs(page, "task", ["Log", "Diff", "Conflict", "Brief"]);
  await page.goto(`${run.url}/specs/SPC-1/pull-request`);
  await takeTabs(page, "pull-request", ["Files", "Description"]);
  await page.getByRole("link", { name: "Specs" }).first().click();
  await take(page, "specs");
}

await mkdir(folder, { recursive: true });
await using run = await BrowserRun.openDemo();
await takeAll(run);
console.log(`in ${folder}`);
