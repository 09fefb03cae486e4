/**
 * The import table of ARCHITECTURE.md. `scripts/check-boundaries.ts` runs it and then proves, on a tree that breaks every
 * rule once, that it would have noticed.
 */
const tests = "(\\.(test|testsuite)\\.ts$|/testing/)";
const testTools = "node_modules/(vitest|fast-check)/";
const ownPackages = "^(packages|apps|scripts|bench|tests)/";

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    {
      name: "no-circular",
      comment: "Two files that need each other are one thing, or hide a third.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-unresolvable",
      comment: "An import that leads nowhere would escape every other rule.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "domain-imports-nothing",
      comment: "The domain is pure: no clock, no random, no I/O, no packages.",
      severity: "error",
      from: { path: "^packages/domain/", pathNot: tests },
      to: { pathNot: "^packages/domain/" },
    },
    {
      name: "domain-tests-stay-pure",
      comment: "A domain test needs the domain, the runner, generators and what computes.",
      severity: "error",
      from: { path: `^packages/domain/.*${tests}` },
      to: { pathNot: ["^packages/domain/", testTools, "^(node:)?(path|crypto|util)$"] },
    },
    {
      name: "contract-imports-domain-and-zod",
      severity: "error",
      from: { path: "^packages/contract/", pathNot: tests },
      to: { pathNot: ["^packages/(contract|domain)/", "node_modules/zod/"] },
    },
    {
      name: "engine-imports-inward-only",
      comment: "The engine decides and asks ports; whatever touches the outside is an adapter.",
      severity: "error",
      from: { path: "^packages/engine/", pathNot: tests },
      to: {
        pathNot: [
          "^packages/(engine|contract|domain)/",
          "node_modules/zod/",
          "^(node:)?(crypto|path|events|timers/promises)$",
        ],
      },
    },
    {
      name: "engine-testing-is-for-tests",
      comment: "Conformance suites and the manual clock are no part of the product.",
      severity: "error",
      from: { path: "^(packages|apps)/", pathNot: tests },
      to: { path: "^packages/engine/testing/" },
    },
    {
      name: "adapters-see-only-the-ports-of-the-engine",
      severity: "error",
      from: { path: "^packages/adapters/", pathNot: tests },
      to: { path: "^packages/engine/", pathNot: "^packages/engine/ports/" },
    },
    {
      name: "adapters-never-import-each-other",
      comment: "What two adapters share belongs in a port, in the contract or in the domain.",
      severity: "error",
      from: { path: "^packages/adapters/([^/]+)/", pathNot: tests },
      to: { path: "^packages/adapters/", pathNot: "^packages/adapters/$1/" },
    },
    {
      name: "jail-programs-stand-alone",
      comment:
        "They are compiled file by file and run in one folder where no node_modules exists; types vanish, so they may come along.",
      severity: "error",
      from: { path: "^packages/adapters/([^/]+)/program/", pathNot: tests },
      to: { dependencyTypesNot: ["core", "type-only", "type-import"], pathNot: "^packages/adapters/$1/program/" },
    },
    {
      name: "packages-never-import-apps",
      severity: "error",
      from: { path: "^packages/", pathNot: tests },
      to: { path: "^(apps|scripts|bench|tests)/" },
    },
    {
      name: "only-the-composition-root-knows-adapters",
      severity: "error",
      from: { path: "^apps/server/", pathNot: [tests, "^apps/server/(compose\\.ts$|compose/|admin/)"] },
      to: { path: "^packages/adapters/" },
    },
    {
      name: "server-never-imports-the-cli",
      severity: "error",
      from: { path: "^apps/server/" },
      to: { path: "^apps/(cli|dashboard)/" },
    },
    {
      name: "cli-speaks-over-the-wire",
      comment: "What needs the database or an adapter is a server entry point the CLI starts as a process.",
      severity: "error",
      from: { path: "^apps/cli/", pathNot: tests },
      to: { path: "^(packages/(engine|adapters)|apps/(server|dashboard))/" },
    },
    {
      name: "dashboard-speaks-over-the-wire",
      comment: "It runs in a browser: the contract, what is pure of the domain, and nothing of Node.",
      severity: "error",
      from: { path: "^apps/dashboard/", pathNot: [tests, "^apps/dashboard/vite\\.config\\.ts$"] },
      to: { path: ["^(packages/(engine|adapters)|apps/(server|cli)|scripts)/", "^node:"] },
    },
    {
      name: "apps-use-three-scripts-only",
      comment:
        "Finding prerequisites and building what is built is shared with the demo; the rest is repository tooling.",
      severity: "error",
      from: { path: "^apps/", pathNot: tests },
      to: {
        path: "^(scripts|bench|tests)/",
        pathNot: "^scripts/(prerequisites|build-jail-programs|build-dashboard)\\.ts$",
      },
    },
    {
      name: "product-never-imports-tests",
      severity: "error",
      from: { path: ownPackages, pathNot: [tests, "^tests/"] },
      to: { path: tests },
    },
    {
      name: "product-never-imports-development-packages",
      severity: "error",
      from: { path: "^(packages|apps)/", pathNot: tests },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only", "type-import"] },
    },
    {
      name: "every-package-is-declared",
      comment: "A package that only happens to be installed disappears on the next update.",
      severity: "error",
      from: { path: "^(packages|apps)/", pathNot: tests },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: ["(^|/)dist/", "^tests/agents/", "(^|/)coverage/"] },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".mts", ".js", ".mjs", ".cjs", ".json", ".d.ts"],
    },
  },
};
