import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { installedProgram, repositoryRoot, runCommand } from "./command.ts";

/** What dependency-cruiser found in a tree. */
export interface Cruise {
  /** TypeScript files it really read. */
  readonly modules: readonly string[];
  /** Names of the rules it applied. */
  readonly rules: readonly string[];
  readonly violations: readonly { readonly rule: string; readonly from: string; readonly to: string }[];
}

interface CruiseReport {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly ruleSetUsed: { readonly forbidden: readonly { readonly name: string }[] };
    readonly violations: readonly {
      readonly rule: { readonly name: string };
      readonly from: string;
      readonly to: string;
    }[];
  };
}

/** Runs dependency-cruiser with the rules of this repository over folders of `root`. */
export async function cruise(folders: readonly string[], root = repositoryRoot): Promise<Cruise> {
  const config = join(repositoryRoot, ".dependency-cruiser.mjs");
  const args = ["--config", config, "--output-type", "json", ...folders];
  const { stdout, output } = await runCommand(installedProgram("depcruise"), args, root);
  if (!stdout.startsWith("{")) throw new Error(`dependency-cruiser did not report:\n${output}`);
  const report = JSON.parse(stdout) as CruiseReport;
  return {
    modules: report.modules.map(({ source }) => source).filter((path) => /^(?!.*node_modules).*\.tsx?$/u.test(path)),
    rules: report.summary.ruleSetUsed.forbidden.map(({ name }) => name),
    violations: report.summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to })),
  };
}

/** One illegal import per rule, and the file it sits in. */
const illegalImports: Readonly<Record<string, readonly [path: string, source: string]>> = {
  "no-circular": ["packages/domain/circle.ts", 'import "./circle.ts";'],
  "no-unresolvable": ["packages/domain/lost.ts", 'import "./nowhere.ts";'],
  "domain-imports-nothing": [
    "packages/domain/clock.ts",
    'import type { Stats } from "node:fs"; export type S = Stats;',
  ],
  "domain-tests-stay-pure": ["packages/domain/clock.test.ts", 'import "node:fs";'],
  "contract-imports-domain-and-zod": ["packages/contract/wire.ts", 'import "../engine/ports/clock.ts";'],
  "engine-imports-inward-only": ["packages/engine/loop.ts", 'import "node:child_process";'],
  "engine-testing-is-for-tests": ["packages/engine/timer.ts", 'import "./testing/manual-clock.ts";'],
  "adapters-see-only-the-ports-of-the-engine": ["packages/adapters/git/a.ts", 'import "../../engine/loop.ts";'],
  "adapters-never-import-each-other": ["packages/adapters/git/b.ts", 'import "../queue/a.ts";'],
  "jail-programs-stand-alone": ["packages/adapters/git/program/init.ts", 'import "../c.ts";'],
  "packages-never-import-apps": ["packages/adapters/git/d.ts", 'import "../../../apps/cli/main.ts";'],
  "only-the-composition-root-knows-adapters": ["apps/server/api.ts", 'import "../../packages/adapters/git/c.ts";'],
  "server-never-imports-the-cli": ["apps/server/worker.ts", 'import "../cli/main.ts";'],
  "dashboard-speaks-over-the-wire": ["apps/dashboard/page.tsx", 'import "../server/api.ts";'],
  "cli-speaks-over-the-wire": ["apps/cli/run.ts", 'import "../../packages/engine/loop.ts";'],
  "apps-use-three-scripts-only": ["apps/cli/check.ts", 'import "../../scripts/check.ts";'],
  "product-never-imports-tests": ["packages/domain/pure.ts", 'import "./clock.test.ts";'],
  "product-never-imports-development-packages": ["packages/engine/dev.ts", 'import "fast-check";'],
  "every-package-is-declared": ["packages/engine/stray.ts", 'import "stray";'],
};

/** Imports the table allows, which must stay unreported. */
const legalImports: Readonly<Record<string, string>> = {
  "packages/engine/ports/clock.ts": 'import type { M } from "../../domain/legal.ts"; export type N = M;',
  "packages/engine/testing/manual-clock.ts": 'import "fast-check";',
  "packages/domain/legal.ts": "export type M = 1;",
  "packages/domain/legal.test.ts": 'import "./legal.ts"; import "fast-check";',
  "packages/adapters/git/c.ts": 'import "../../engine/ports/clock.ts"; import "node:fs";',
  "packages/adapters/queue/a.ts": "export {};",
  "packages/adapters/git/program/relay.ts":
    'import "node:net"; import type { P } from "../types-only.ts"; export type Q = P;',
  "packages/adapters/git/types-only.ts": "export type P = 1;",
  "apps/server/compose.ts": 'import "../../packages/adapters/git/c.ts";',
  "apps/cli/main.ts": 'import "../../scripts/prerequisites.ts"; import "../../packages/domain/legal.ts";',
  "scripts/prerequisites.ts": "export {};",
  "scripts/check.ts": "export {};",
};

async function writeCanary(root: string): Promise<void> {
  const files = new Map<string, string>([...Object.values(illegalImports), ...Object.entries(legalImports)]);
  files.set("package.json", '{ "name": "canary", "devDependencies": { "fast-check": "1.0.0" } }');
  for (const name of ["fast-check", "stray"]) {
    files.set(`node_modules/${name}/package.json`, `{ "name": "${name}", "version": "1.0.0", "main": "main.js" }`);
    files.set(`node_modules/${name}/main.js`, "");
  }
  for (const [path, source] of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), source);
  }
}

/** Breaks every rule once in a tree of its own and says which rules did not notice, or noticed what is legal. */
export async function findBlindRules(): Promise<readonly string[]> {
  const root = await mkdtemp(join(tmpdir(), "omoios-boundaries-"));
  try {
    await writeCanary(root);
    const { rules, violations } = await cruise(["packages", "apps", "scripts"], root);
    const blind = rules.filter((name) => {
      const path = illegalImports[name]?.[0];
      return !violations.some(({ rule, from }) => rule === name && from === path);
    });
    const wrong = violations.filter(({ from }) => from in legalImports);
    return [
      ...blind.map((name) => `the rule ${name} did not notice the import that breaks it`),
      ...wrong.map(({ rule, from, to }) => `the rule ${rule} reports the legal import ${from} → ${to}`),
    ];
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
