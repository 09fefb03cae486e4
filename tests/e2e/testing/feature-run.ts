import { eventSchema, type StoredEvent } from "@omoios/contract/events";
import { runResultSchema, type RunResult } from "@omoios/contract/run-result";
import type { Scenario } from "@omoios/contract/scenario";
import { runCli, type CliRun } from "../../../apps/cli/testing/run-cli.ts";
import type { Scratch } from "./scratch.ts";

export interface FeatureRun {
  readonly code: number | null;
  readonly events: readonly StoredEvent[];
  /** The last line; null when the command ended without one. */
  readonly result: RunResult | null;
  readonly stderr: string;
}

export interface FeatureOptions {
  readonly scratch: Scratch;
  readonly home: string;
  readonly repository: string;
  readonly scenario: Scenario;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** `omoios run … --yes --json` to its end, in a process of its own. */
export async function runFeature(options: FeatureOptions): Promise<FeatureRun> {
  return featureRun(await runCli([...(await featureArgs(options)), "--json"], { env: homeEnv(options) }));
}

/** The arguments of a scripted run that approves itself; JSON is YAML, so the scenario needs no other writer. */
export async function featureArgs({ scratch, repository, scenario, args }: FeatureOptions): Promise<readonly string[]> {
  const file = await scratch.write("scenario.yaml", JSON.stringify(scenario));
  const scripted = ["--agent", "scripted", "--model", "scripted", "--scenario", file, "--yes"];
  return ["run", "Add a greet function", "--repo", repository, ...scripted, ...(args ?? [])];
}

function homeEnv({ home, env }: FeatureOptions): Readonly<Record<string, string>> {
  return { OMOIOS_HOME: home, OMOIOS_PORT: "0", ...env };
}

function featureRun({ code, stdout, stderr }: CliRun): FeatureRun {
  const documents = stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line): unknown => JSON.parse(line));
  const events = documents.flatMap((document) => {
    const parsed = eventSchema.safeParse(document);
    return parsed.success ? [parsed.data] : [];
  });
  const result = runResultSchema.safeParse(documents.at(-1));
  return { code, events, result: result.success ? result.data : null, stderr };
}
