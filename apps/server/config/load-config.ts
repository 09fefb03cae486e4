import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { configSchema, type Config } from "@omoios/contract/config";
import { FaultError, type Problem } from "@omoios/domain/shared/fault";
import { findProblems } from "../issue-problems.ts";
import { readConfigText } from "./config-file.ts";
import { mergeLayers, orderLayers, mentions, settingsOf, type ConfigLayer } from "./config-layer.ts";
import type { Environment } from "./environment.ts";

export const homeConfigName = "config.yaml";
export const repositoryConfigName = ".omoios.yaml";

/** The configuration that holds, and where each of its values comes from. */
export interface LoadedConfig {
  readonly config: Config;
  readonly layers: readonly ConfigLayer[];
  readonly files: readonly { readonly path: string; readonly present: boolean }[];
}

/**
 * What a repository may not say about the installation that works on it: whoever can push to it would decide what the
 * machine listens on and how many agents run at once.
 */
export const installationOnly = [
  ["server"],
  ["scheduler", "slots"],
  ["scheduler", "slotsPerProject"],
  ["agents"],
  ["models"],
  ["budget"],
  ["sandbox"],
  ["setup", "network"],
  ["setup", "toolPaths"],
] as const;

/**
 * Loads the configuration of this installation: defaults, then `config.yaml` of its home, then variables, then flags.
 * Throws one `invalid` fault that lists everything that is wrong in all of them.
 */
export async function loadConfig(environment: Environment, flags: readonly ConfigLayer[] = []): Promise<LoadedConfig> {
  const path = join(environment.home, homeConfigName);
  const text = await readIfPresent(path);
  const read = text === null ? null : readConfigText(text, { rank: "home file", source: path });
  const fileLayers = read !== null && "layer" in read ? [read.layer] : [];
  const fileProblems = read !== null && "problems" in read ? read.problems : [];
  const layers = orderLayers([...fileLayers, ...environment.layers, ...flags]);
  const config = merge(layers, [...fileProblems, ...environment.problems]);
  return { config, layers, files: [{ path, present: text !== null }] };
}

/**
 * Lays a repository's `.omoios.yaml`, read from the base commit, between the installation's own file and its
 * environment. `source` is how the file is called in messages, for example `.omoios.yaml of shop at 1a2b3c4`.
 */
export function mergeRepositoryConfig(base: LoadedConfig, yamlText: string, source: string): LoadedConfig {
  const read = readConfigText(yamlText, { rank: "repository file", source });
  const own = "layer" in read ? [read.layer] : [];
  const problems = "problems" in read ? read.problems : own.flatMap(overreaching);
  const layers = orderLayers([...base.layers, ...own]);
  return { config: merge(layers, problems), layers, files: [...base.files, { path: source, present: true }] };
}

/** Where the value of a setting comes from. */
export function sourceOf(loaded: LoadedConfig, path: readonly string[]): string {
  return loaded.layers.findLast((layer) => mentions(layer.values, path))?.source ?? "default";
}

/** Every setting with its source. */
export function settingsWithSources(
  loaded: LoadedConfig,
): readonly { readonly path: string; readonly value: unknown; readonly source: string }[] {
  return settingsOf(loaded.config).map(({ path, value }) => ({
    path: path.join("."),
    value,
    source: sourceOf(loaded, path),
  }));
}

function merge(layers: readonly ConfigLayer[], found: readonly Problem[]): Config {
  const problems = [...found, ...layers.flatMap(layerProblems)];
  if (problems.length === 0) return configSchema.parse(mergeLayers(layers));
  const count = problems.length === 1 ? "One thing is" : `${String(problems.length)} things are`;
  throw new FaultError({ kind: "invalid", message: `${count} wrong with the configuration`, problems });
}

/** A layer is checked by itself, so that each problem names the file and line it is in. */
function layerProblems(layer: ConfigLayer): readonly Problem[] {
  return findProblems(configSchema, layer.values).map(({ path, problem }) => {
    const at = layer.locate(path);
    return { ...problem, at: at === layer.source && layer.rank === "environment" ? at : `${at} ${problem.at}` };
  });
}

function overreaching(layer: ConfigLayer): readonly Problem[] {
  return installationOnly
    .filter((path) => mentions(layer.values, path))
    .map((path) => ({
      at: `${layer.locate(path)} ${path.join(".")}`,
      message: "is for the installation to say, not for a repository",
      fix: `Set ${path.join(".")} in ${homeConfigName} of OMOIOS_HOME`,
    }));
}

async function readIfPresent(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : null;
    if (code === "ENOENT") return null;
    const message = `${path} cannot be read${cause instanceof Error ? `: ${cause.message}` : ""}`;
    const fix = "Make it a file that the user who runs OmoiOS can read";
    throw new FaultError({ kind: "unavailable", message, fix, retryable: false }, { cause });
  }
}
