import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { keptPlanPage } from "../apps/cli/kept-plan-page.ts";
import { repositoryRoot } from "./command.ts";

/** The plans of the blind trial, whose page is kept beside them. */
const names = ["jsonlint-max-errors", "jsonlint-robust", "notes-search-full", "notes-sharing"];
const pathOf = (name: string, kind: "json" | "txt"): string => `docs/plans/${name}.${kind}`;

/** The page of every plan that is kept as data, as a person is asked to approve it. */
export const planPages = names.map((name) => ({
  path: pathOf(name, "txt"),
  command: "npx node scripts/generate-plan-pages.ts",
  render: async () => keptPlanPage(await readFile(join(repositoryRoot, pathOf(name, "json")), "utf8")),
}));

if (import.meta.main)
  for (const { path, render } of planPages) await writeFile(join(repositoryRoot, path), await render());
