/** Where packages come from. Which hosts that means is the machine's own configuration. */
export const registryKinds = ["npm", "yarn", "pypi", "crates", "go"] as const;
export type RegistryKind = (typeof registryKinds)[number];

/** What has to run, once, so that a checkout has its dependencies. */
export interface InstallPlan {
  readonly steps: readonly InstallStep[];
  readonly registries: readonly RegistryKind[];
  /** Folders below the workspace, by the variable that names them to set-up and to everything that runs later. */
  readonly folders: Readonly<Record<string, string>>;
  /** Folders below the workspace that come first on PATH. */
  readonly paths: readonly string[];
  /** The files this was decided from: while they stay the same, so does the result. */
  readonly decidedBy: readonly string[];
}

export interface InstallStep {
  /** The program the step cannot do without; null when the step is a command of the project's own. */
  readonly tool: string | null;
  readonly command: string;
}

export interface InstallSettings {
  /** `auto`, `none`, or a shell command. */
  readonly install: string;
  /** True to let packages run code of their own while they are installed. */
  readonly scripts: boolean;
  readonly copyFiles: readonly string[];
}

interface Ecosystem {
  readonly registries: readonly RegistryKind[];
  readonly tool: string;
  readonly command: (settings: InstallSettings, text: string) => string;
  readonly folders?: Readonly<Record<string, string>>;
  readonly paths?: readonly string[];
}

const skipScripts = (settings: InstallSettings): string => (settings.scripts ? "" : " --ignore-scripts");
const npm = (command: string): Ecosystem => ({
  registries: ["npm"],
  tool: "npm",
  command: (settings) => `${command} --no-audit --no-fund${skipScripts(settings)}`,
});
const python = { registries: ["pypi"], paths: [".venv/bin"] } as const;

const yarn: Ecosystem = {
  registries: ["npm", "yarn"],
  tool: "yarn",
  command: (settings, text) =>
    text.includes("__metadata:")
      ? `yarn install --immutable${settings.scripts ? "" : " --mode=skip-build"}`
      : `yarn install --frozen-lockfile --non-interactive${skipScripts(settings)}`,
};
const frozen = (tool: "pnpm" | "bun"): Ecosystem => ({
  registries: ["npm"],
  tool,
  command: (settings) => `${tool} install --frozen-lockfile${skipScripts(settings)}`,
});
const uv: Ecosystem = {
  ...python,
  tool: "uv",
  command: ({ scripts }) => `uv sync --frozen${scripts ? "" : " --no-build --no-install-project"}`,
};
const poetry: Ecosystem = {
  ...python,
  tool: "poetry",
  command: () => "POETRY_VIRTUALENVS_IN_PROJECT=true poetry install --no-interaction --no-root",
};
const pip: Ecosystem = {
  ...python,
  tool: "python3",
  command: ({ scripts }) =>
    `python3 -m venv .venv && .venv/bin/python -m pip install${scripts ? "" : " --only-binary=:all:"} -r requirements.txt`,
};
const cargo: Ecosystem = {
  registries: ["crates"],
  tool: "cargo",
  command: () => "cargo fetch --locked",
  folders: { CARGO_HOME: ".git/omoios/cargo" },
};
const go: Ecosystem = {
  registries: ["go"],
  tool: "go",
  command: () => "go mod download",
  folders: { GOMODCACHE: ".git/omoios/go" },
};

/** For each language, the files that may say what to install; the first one that is there does. */
const languages: readonly (readonly (readonly [file: string, ecosystem: Ecosystem])[])[] = [
  [
    ["package-lock.json", npm("npm ci")],
    ["npm-shrinkwrap.json", npm("npm ci")],
    ["pnpm-lock.yaml", frozen("pnpm")],
    ["yarn.lock", yarn],
    ["bun.lock", frozen("bun")],
    ["package.json", npm("npm install --no-package-lock")],
  ],
  [
    ["uv.lock", uv],
    ["poetry.lock", poetry],
    ["requirements.txt", pip],
  ],
  [["Cargo.lock", cargo]],
  [["go.sum", go]],
];

/** Files of a repository's top folder that say which dependencies it has. */
export const dependencyFiles: readonly string[] = languages.flat().map(([file]) => file);

/** What to install for a tree with these dependency files; null when there is nothing to do. */
export function planInstall(settings: InstallSettings, files: ReadonlyMap<string, string>): InstallPlan | null {
  if (settings.install === "none") return null;
  const found = languages.flatMap((language) => {
    const chosen = language.find(([file]) => wantsInstall(file, files));
    return chosen === undefined ? [] : [{ file: chosen[0], ecosystem: chosen[1], text: String(files.get(chosen[0])) }];
  });
  const isOwn = settings.install !== "auto";
  const used = isOwn ? found : found.filter(({ ecosystem }) => !isCopied(ecosystem, settings));
  const steps = isOwn
    ? [{ tool: null, command: settings.install }]
    : used.map(({ ecosystem, text }) => ({ tool: ecosystem.tool, command: ecosystem.command(settings, text) }));
  if (steps.length === 0) return null;
  return {
    steps,
    registries: [...new Set(used.flatMap(({ ecosystem }) => ecosystem.registries))],
    folders: Object.fromEntries(used.flatMap(({ ecosystem }) => Object.entries(ecosystem.folders ?? {}))),
    paths: used.flatMap(({ ecosystem }) => ecosystem.paths ?? []),
    decidedBy: used.map(({ file }) => file),
  };
}

/** A manifest asks for something only when it names a dependency; a lock file always does. */
function wantsInstall(file: string, files: ReadonlyMap<string, string>): boolean {
  const text = files.get(file);
  if (text === undefined) return false;
  return file === "package.json" ? namesDependencies(text) : text.trim() !== "";
}

function namesDependencies(manifest: string): boolean {
  try {
    const parsed: unknown = JSON.parse(manifest);
    return ["dependencies", "devDependencies", "optionalDependencies"].some((name) => isFilled(parsed, name));
  } catch {
    return false; // Whatever reads this file next says what is wrong with it.
  }
}

function isFilled(manifest: unknown, name: string): boolean {
  if (typeof manifest !== "object" || manifest === null) return false;
  const value: unknown = Object.getOwnPropertyDescriptor(manifest, name)?.value;
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}

/** True when the person gives the result of the step from their own checkout. */
function isCopied({ tool, registries }: Ecosystem, { copyFiles }: InstallSettings): boolean {
  if (tool === "python3" || tool === "uv" || tool === "poetry") return copyFiles.includes(".venv");
  return registries.includes("npm") && copyFiles.includes("node_modules");
}
