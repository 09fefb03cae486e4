import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import { apiPaths } from "@omoios/contract/http";
import { signInLinkSchema } from "@omoios/contract/http-system";
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from "playwright-core";
import { expect } from "vitest";
import { giveDemoConfig } from "../../../apps/cli/demo/demo-config.ts";
import { ExampleRepository, example } from "../../../apps/cli/demo/example-repository.ts";
import { readScenario } from "../../../apps/cli/repository/scenario-file.ts";
import { buildDashboard } from "../../../scripts/build-dashboard.ts";
import { buildJailPrograms } from "../../../scripts/build-jail-programs.ts";
import { createRepository, Scratch } from "../../e2e/testing/scratch.ts";
import { ServerProcess } from "../../e2e/testing/server-process.ts";

/** What a page did that no page of ours may do. */
export interface Offences {
  /** Refused by the content security policy. */
  readonly policy: string[];
  readonly foreignRequests: string[];
  readonly errors: string[];
}

/** A real server with a repository to work on, and a browser that looks at it. */
export class BrowserRun implements AsyncDisposable {
  readonly scratch: Scratch;
  readonly repository: string;
  readonly browser: Browser;
  readonly offences: Offences = { policy: [], foreignRequests: [], errors: [] };
  server: ServerProcess;

  private constructor(opened: Pick<BrowserRun, "scratch" | "repository" | "browser" | "server">) {
    this.scratch = opened.scratch;
    this.repository = opened.repository;
    this.browser = opened.browser;
    this.server = opened.server;
  }

  static async open(): Promise<BrowserRun> {
    return BrowserRun.#open(async (scratch) => {
      await scratch.write("home/config.yaml", "scheduler: { slots: 6, slotsPerProject: 6 }\n");
      return createRepository(scratch);
    });
  }

  /** With the repository and the settings of `omoios demo`. */
  static async openDemo(): Promise<BrowserRun> {
    return BrowserRun.#open(async (scratch) => {
      await giveDemoConfig(scratch.at("home"));
      return (await ExampleRepository.write(scratch.at("notes"), process.env["PATH"])).folder;
    });
  }

  static async #open(prepare: (scratch: Scratch) => Promise<string>): Promise<BrowserRun> {
    await buildJailPrograms();
    await buildDashboard(() => undefined);
    await using opening = new AsyncDisposableStack();
    const scratch = opening.use(await Scratch.create());
    const repository = await prepare(scratch);
    const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", chromiumSandbox: false });
    opening.defer(() => browser.close());
    const server = opening.use(await ServerProcess.start({ home: scratch.at("home") }));
    opening.move();
    return new BrowserRun({ scratch, repository, browser, server });
  }

  get url(): string {
    return this.server.client.endpoint.url;
  }

  /** Asks for the demo's feature in the page; what agents say comes with the request, as from `omoios demo`. */
  async askForDemo(page: Page): Promise<void> {
    const scenario = await readScenario(example.scenario, this.scratch.path);
    await page.route(`**${apiPaths.specs}`, async (route) => {
      const asked: unknown = route.request().postDataJSON();
      await (asked === null ? route.continue() : route.continue({ postData: { ...asked, scenario } }));
    });
    await page.getByRole("link", { name: "New feature" }).first().click();
    await page.getByLabel("What should be built?").fill(scenario.asks?.request ?? "");
    await page.getByLabel("Repository").fill(this.repository);
    await page.getByText("Branch, agent, model, budget").click();
    await page.getByLabel("Agent", { exact: true }).fill("scripted");
    await page.getByLabel("Planner’s model").fill("scripted");
    await page.getByRole("button", { name: "Plan it" }).click();
  }

  /** A page of a browser that is signed in by a link, as a person does it. */
  async signedIn(options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.page(options);
    await page.goto(await this.signInLink());
    await page.getByRole("heading", { level: 1 }).waitFor();
    return page;
  }

  async signInLink(): Promise<string> {
    return (await this.server.client.post(apiPaths.signInLinks, signInLinkSchema)).url;
  }

  /** A page of a new browser profile, watched for offences. */
  async page(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
    await this.#watch(context);
    return context.newPage();
  }

  /** Ends the server and starts it again on the same port and state. */
  async restartServer(): Promise<void> {
    const { port } = new URL(this.url);
    await this.server.end("SIGKILL");
    this.server = await ServerProcess.start({ home: this.scratch.at("home"), env: { OMOIOS_PORT: port } });
  }

  async #watch(context: BrowserContext): Promise<void> {
    const { policy, foreignRequests, errors } = this.offences;
    await context.exposeBinding("reportViolation", (_source, text: string) => {
      policy.push(text);
    });
    await context.addInitScript({ content: reportingViolations });
    context.on("request", (request) => {
      const { origin, protocol } = new URL(request.url());
      if (origin !== this.url && protocol !== "data:") foreignRequests.push(request.url());
    });
    context.on("weberror", (error) => {
      errors.push(error.error().message);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser.close();
    await this.server[Symbol.asyncDispose]();
    await this.scratch[Symbol.asyncDispose]();
  }
}

/** Runs in the page, which tells the test through a binding. */
const reportingViolations = `
document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sourceFile, lineNumber }) => {
  reportViolation([violatedDirective, blockedURI, sourceFile, lineNumber].join(" "));
});`;

const axeSource = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds wrong on a page, as `rule: element`. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const { violations } = await page.evaluate<AxeResults>(`axe.run({ runOnly: ${JSON.stringify(tags)} })`);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

/** How far a page can be scrolled sideways, which no page should be. */
async function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
}

/** Everything that has to be true of every page, in both themes and on a phone. */
export async function expectPresentable(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    expect(await accessibilityFaults(page)).toEqual([]);
  }
  const size = page.viewportSize() ?? { width: 1440, height: 900 };
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await sidewaysScroll(page)).toBe(0);
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.setViewportSize(size);
}
