import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import { apiPaths } from "@omoios/contract/http";
import { signInLinkSchema } from "@omoios/contract/http-system";
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from "playwright-core";
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
    await using opening = new AsyncDisposableStack();
    const scratch = opening.use(await Scratch.create());
    const repository = await createRepository(scratch);
    await scratch.write("home/config.yaml", "scheduler: { slots: 6, slotsPerProject: 6 }\n");
    const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", chromiumSandbox: false });
    opening.defer(() => browser.close());
    const server = opening.use(await ServerProcess.start({ home: scratch.at("home") }));
    opening.move();
    return new BrowserRun({ scratch, repository, browser, server });
  }

  get url(): string {
    return this.server.client.endpoint.url;
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
export async function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
}
