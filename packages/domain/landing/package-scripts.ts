/**
 * Names of the `scripts` of a package manifest that differ between two versions of it, sorted. An absent file has none;
 * neither has text that is not a manifest, since no package manager runs anything out of it.
 */
export function changedPackageScripts(before: string | null, after: string | null): readonly string[] {
  const [old, fresh] = [scriptsOf(before), scriptsOf(after)];
  const names = new Set([...old.keys(), ...fresh.keys()]);
  return [...names].filter((name) => old.get(name) !== fresh.get(name)).sort();
}

function scriptsOf(manifest: string | null): ReadonlyMap<string, string> {
  const scripts = fieldOf(manifest === null ? null : parsed(manifest), "scripts");
  if (typeof scripts !== "object" || scripts === null) return new Map();
  return new Map(Object.entries(scripts).map(([name, command]) => [name, JSON.stringify(command)]));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's only way of saying that this is not JSON, hence no manifest.
    return null;
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined;
}
