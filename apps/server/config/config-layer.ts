/** Where a part of the configuration comes from; later ones win. */
export const layerRanks = ["home file", "repository file", "environment", "flag"] as const;
export type LayerRank = (typeof layerRanks)[number];

/** One source of settings, as it was read and before it was checked. */
export interface ConfigLayer {
  readonly rank: LayerRank;
  /** What people are shown: a path, the name of a variable or of a flag. */
  readonly source: string;
  readonly values: unknown;
  /** Where in the source the setting at a path stands, for messages. */
  readonly locate: (path: readonly PropertyKey[]) => string;
}

/** Layers in the order in which they are laid over each other. */
export function orderLayers(layers: readonly ConfigLayer[]): readonly ConfigLayer[] {
  return layers.toSorted((a, b) => layerRanks.indexOf(a.rank) - layerRanks.indexOf(b.rank));
}

/** One over the other: mappings are merged, everything else replaces what was below. */
export function mergeLayers(layers: readonly ConfigLayer[]): unknown {
  return orderLayers(layers).reduce<unknown>((below, layer) => overlay(below, layer.values), {});
}

function overlay(below: unknown, above: unknown): unknown {
  if (!isMapping(below) || !isMapping(above)) return above;
  const merged = new Map(Object.entries(below));
  for (const [name, value] of Object.entries(above)) merged.set(name, overlay(merged.get(name), value));
  return Object.fromEntries(merged);
}

/** Every setting of a configuration that holds a value, with its path. A list is one value. */
export function settingsOf(
  value: unknown,
  path: readonly string[] = [],
): readonly { readonly path: readonly string[]; readonly value: unknown }[] {
  if (!isMapping(value) || (path.length > 0 && Object.keys(value).length === 0)) return [{ path, value }];
  return Object.entries(value).flatMap(([name, inner]) => settingsOf(inner, [...path, name]));
}

/** True when a source says something about the setting at a path. */
export function mentions(value: unknown, path: readonly string[]): boolean {
  const [first, ...rest] = path;
  if (first === undefined) return true;
  return isMapping(value) && Object.hasOwn(value, first) && mentions(value[first], rest);
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
