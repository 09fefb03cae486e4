import { configDefaults, defineConfig } from "vitest/config";

/** Folders `scripts/test.ts` found no prerequisites for; a project does not take excludes from the command line. */
const barred = (process.env["OMOIOS_TEST_EXCLUDE"] ?? "").split(",").filter((pattern) => pattern !== "");

const exclude = [...configDefaults.exclude, "**/dist/**", ...barred];

export default defineConfig({
  test: {
    pool: "forks",
    exclude,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["packages/**/*.test.ts", "apps/**/*.test.ts", "scripts/**/*.test.ts"],
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "agents",
          include: ["tests/agents/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: "foreign",
          include: ["tests/foreign/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: "browser",
          include: ["tests/browser/*.test.ts"],
          testTimeout: 400_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["tests/e2e/**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
    coverage: {
      provider: "v8",
      include: ["packages/domain/**/*.ts"],
      exclude: ["**/*.test.ts", "**/*.testsuite.ts"],
      reporter: [["text", { skipFull: true }], "text-summary", "html"],
      thresholds: { "packages/domain/**": { lines: 100, branches: 100, functions: 100, statements: 100 } },
    },
  },
});
