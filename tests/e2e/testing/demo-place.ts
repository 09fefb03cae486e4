import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventSchema, type StoredEvent } from "@omoios/contract/events";
import type { Scenario } from "@omoios/contract/scenario";
import { runCli, type CliRun } from "../../../apps/cli/testing/run-cli.ts";

/** A demo that ran to its end with `--once --json`. */
export interface DemoRun {
  readonly code: number | null;
  readonly stderr: string;
  readonly events: readonly StoredEvent[];
  readonly last: unknown;
}

/** Where demos of one test file have their temporary folders, so that what they leave behind can be seen. */
export class DemoPlace implements AsyncDisposable {
  readonly folder: string;
  readonly temporary: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.temporary = join(folder, "temporary");
  }

  static async open(): Promise<DemoPlace> {
    const place = new DemoPlace(await mkdtemp(join(tmpdir(), "omoios-demo-test-")));
    await mkdir(place.temporary);
    return place;
  }

  get env(): Readonly<Record<string, string>> {
    return { PATH: process.env["PATH"] ?? "", TMPDIR: this.temporary };
  }

  /** Runs a demo; without a scenario the one everybody sees. */
  async demo(scenario?: string | Scenario): Promise<DemoRun> {
    const file = typeof scenario === "object" ? await this.#write(scenario) : scenario;
    const flags = file === undefined ? [] : ["--scenario", file];
    return parsed(await runCli(["demo", "--once", "--json", ...flags], { env: this.env }));
  }

  /** What demos left behind: files, and processes that were told of our folder. */
  async traces(): Promise<readonly string[]> {
    const files = await readdir(this.temporary);
    const processes = await Promise.all((await readdir("/proc")).filter((name) => /^\d+$/u.test(name)).map(commandOf));
    return [...files, ...processes.filter((command) => command.includes(this.temporary))];
  }

  async #write(scenario: Scenario): Promise<string> {
    const file = join(this.folder, `${crypto.randomUUID()}.yaml`);
    // JSON is YAML, too.
    await writeFile(file, JSON.stringify(scenario));
    return file;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** What events of one type say, in order. */
export function payloads<Type extends StoredEvent["type"]>(
  { events }: Pick<DemoRun, "events">,
  type: Type,
): readonly Extract<StoredEvent, { type: Type }>["payload"][] {
  return events.flatMap((event) => (event.type === type ? [event.payload as never] : []));
}

function parsed({ code, stdout, stderr }: CliRun): DemoRun {
  const lines = stdout
    .trim()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
  return { code, stderr, events: lines.slice(0, -1).map((line) => eventSchema.parse(line)), last: lines.at(-1) };
}

async function commandOf(pid: string): Promise<string> {
  const parts = ["cmdline", "environ"].map(async (file) => readFile(`/proc/${pid}/${file}`, "utf8"));
  // A process that ends meanwhile has left nothing behind.
  return (await Promise.all(parts).catch(() => [])).join(" ");
}
