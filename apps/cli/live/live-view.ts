import type { StoredEvent } from "@omoios/contract/events";
import { apiPaths } from "@omoios/contract/http";
import { specSummarySchema, specViewSchema, type SpecView } from "@omoios/contract/http-spec";
import { signInLinkSchema } from "@omoios/contract/http-system";
import { taskViewSchema } from "@omoios/contract/http-task";
import { FaultError } from "@omoios/domain/shared/fault";
import type { ApiClient } from "../client/api-client.ts";
import { ProblemError } from "../client/problem-error.ts";
import type { Cli } from "../cli.ts";
import { askApproval } from "../follow/ask-approval.ts";
import { cleanLine } from "../render/clean-text.ts";
import { hang } from "../render/columns.ts";
import { heardText } from "../render/heard-text.ts";
import { openInBrowser } from "./browser.ts";
import { frameUpdate } from "./frame.ts";
import { liveLines, type LiveChoice } from "./live-lines.ts";
import { addressee } from "./addressee.ts";
import { foldEvent, liveStateOf, withView, type LiveState } from "./live-state.ts";
import type { Screen, TakenScreen } from "./screen.ts";
import { inOrder } from "./task-rows.ts";

export interface LiveViewOptions {
  readonly client: ApiClient;
  readonly spec: SpecView;
  readonly screen: Screen;
  /** Ends whatever waits for a person while the view is open. */
  readonly signal: AbortSignal;
}

const tickMs = 1000;
/** Ticks between two looks at what events do not carry, when nothing happens. */
const quietTicks = 5;
/** Agents whose heartbeat is asked for: more do not fit a screen. */
const watchedTasks = 12;
const atWork: readonly string[] = ["running", "validating", "landing", "retrying"];

/** A run as it happens, on the whole terminal. Everything shown is a function of {@link LiveState}; this only feeds it. */
export class LiveView implements Disposable {
  readonly #cli: Cli;
  readonly #options: LiveViewOptions;
  readonly #timer: NodeJS.Timeout;
  #state: LiveState;
  #choice: LiveChoice = { task: null, pane: "events", notice: null };
  #taken: TakenScreen | null = null;
  #shown: readonly string[] | null = null;
  #ticks = 0;
  #isStale = true;
  #isBusy = false;
  #isReading = false;

  constructor(cli: Cli, options: LiveViewOptions) {
    this.#cli = cli;
    this.#options = options;
    this.#state = liveStateOf(options.spec);
    this.#timer = setInterval(() => this.#tick(), tickMs);
    this.#open();
  }

  fold(event: StoredEvent): void {
    this.#state = foldEvent(this.#state, event);
    this.#isStale = true;
    this.#draw();
  }

  connection(isConnected: boolean): void {
    this.#state = { ...this.#state, isConnected };
    this.#draw();
  }

  /** Gives the terminal back for a while, for something that prints and asks. */
  async aside<Value>(body: () => Promise<Value>): Promise<Value> {
    this.#close();
    try {
      return await body();
    } finally {
      if (!this.#options.signal.aborted) this.#open();
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#close();
  }

  #open(): void {
    this.#taken = this.#options.screen.enter({
      onKey: (key) => void this.#onKey(key),
      onRedraw: () => {
        this.#shown = null;
        this.#draw();
      },
    });
    this.#draw();
  }

  #close(): void {
    const taken = this.#taken;
    this.#taken = null;
    taken?.[Symbol.dispose]();
  }

  #draw(): void {
    if (this.#taken === null) return;
    const { screen } = this.#options;
    const size = screen.size();
    const next = liveLines(this.#state, this.#choice, {
      ...size,
      now: this.#cli.now(),
      paint: this.#cli.terminal.paint,
    });
    this.#taken.write(frameUpdate(this.#shown, next, size));
    this.#shown = next;
  }

  #tick(): void {
    this.#ticks += 1;
    if (this.#isStale || this.#ticks % quietTicks === 0) void this.#read();
    this.#draw();
  }

  /** Brings in what events do not carry. The stream tells of a lost connection; nothing is said here about one. */
  async #read(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    this.#isStale = false;
    try {
      const { client, spec } = this.#options;
      const view = await client.get(apiPaths.spec(spec.id), specViewSchema);
      const busy = view.tasks.filter(({ status }) => atWork.includes(status)).slice(0, watchedTasks);
      const tasks = await Promise.all(busy.map(({ id }) => client.get(apiPaths.task(id), taskViewSchema)));
      this.#state = withView(this.#state, view, tasks);
      this.#draw();
    } catch (error) {
      this.#say(error);
    } finally {
      this.#isReading = false;
    }
  }

  #say(error: unknown): void {
    if (error instanceof FaultError && error.fault.kind === "unavailable") return;
    this.#choose({ notice: error instanceof Error ? error.message : String(error) });
  }

  #choose(change: Partial<LiveChoice>): void {
    this.#choice = { ...this.#choice, ...change };
    this.#draw();
  }

  async #onKey(key: string): Promise<void> {
    this.#choose({ notice: null });
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      await this.#act(key);
    } catch (error) {
      if (error instanceof ProblemError || error instanceof FaultError) this.#choose({ notice: error.message });
      else this.#say(error);
    } finally {
      this.#isBusy = false;
    }
  }

  async #act(key: string): Promise<void> {
    switch (key) {
      case "up":
      case "k":
        return this.#move(-1);
      case "down":
      case "j":
        return this.#move(1);
      case "d":
        return this.#choose({ pane: this.#choice.pane === "details" ? "events" : "details" });
      case "?":
      case "h":
        return this.#choose({ pane: this.#choice.pane === "help" ? "events" : "help" });
      case "a":
        return this.#approve();
      case "p":
        return this.#pause();
      case "m":
        return this.#message();
      case "o":
        return this.#browse();
      case "q":
        process.kill(process.pid, "SIGINT");
    }
  }

  #move(by: number): void {
    const labels = inOrder(this.#state.tasks).map(({ task }) => task.label);
    if (labels.length === 0) return;
    const at = this.#choice.task === null ? (by > 0 ? -1 : 0) : labels.indexOf(this.#choice.task);
    this.#choose({ task: labels[(at + by + labels.length) % labels.length] ?? null });
  }

  async #approve(): Promise<void> {
    if (this.#state.status !== "awaiting_approval") return this.#choose({ notice: "No plan waits for approval." });
    const { client, spec, signal } = this.#options;
    await this.aside(async () => askApproval(this.#cli, { client, spec, signal }));
  }

  async #pause(): Promise<void> {
    const { client, spec } = this.#options;
    const path = this.#state.paused === null ? apiPaths.specPause(spec.id) : apiPaths.specResume(spec.id);
    await client.post(path, specSummarySchema);
    this.#isStale = true;
  }

  async #message(): Promise<void> {
    const task = addressee(this.#state, this.#choice.task);
    if (task === null) return this.#choose({ notice: "Choose the task whose agent is meant with ↑ and ↓ first." });
    const { terminal } = this.#cli;
    const { client, signal } = this.#options;
    const said = await this.aside(async () => {
      terminal.print(...hang(`${task.label}  `, cleanLine(task.asks ?? task.title), terminal.width));
      return terminal.ask?.("To its agent (nothing leaves it be): ", signal);
    });
    const text = said?.trim() ?? "";
    if (text === "") return this.#choose({ notice: "Nothing was said." });
    const told = await client.post(apiPaths.taskMessages(task.id), taskViewSchema, { body: { text } });
    this.#isStale = true;
    this.#choose({ notice: heardText(told, task.asks !== null) });
  }

  /** The link signs in once; where there is no browser, it is printed where it can be copied. */
  async #browse(): Promise<void> {
    const { client, signal } = this.#options;
    const { url } = await client.post(apiPaths.signInLinks, signInLinkSchema);
    if (await openInBrowser(url, this.#cli.env)) return this.#choose({ notice: "Opened in your browser." });
    const { terminal } = this.#cli;
    await this.aside(async () => {
      terminal.print("Signs you in, once:", url, "");
      await terminal.ask?.("Enter goes back to the live view. ", signal);
    });
  }
}
