import type { Hub } from "../ports/repository.ts";

const maxPaths = 400;
/** Read in this order; each is cut at its limit so that the overview keeps to a few thousand tokens. */
const documents = [
  { path: "AGENTS.md", maxBytes: 6000 },
  { path: "CLAUDE.md", maxBytes: 6000 },
  { path: "README.md", maxBytes: 4000 },
  { path: "package.json", maxBytes: 4000 },
  { path: "pyproject.toml", maxBytes: 3000 },
  { path: "Cargo.toml", maxBytes: 3000 },
  { path: "go.mod", maxBytes: 2000 },
  { path: "Makefile", maxBytes: 3000 },
];

/** What a planner has to know of a repository: its files and the documents that say how it is built and tested. */
export async function repositoryOverview(hub: Hub, commit: string): Promise<string> {
  const paths = await hub.listFiles(commit, maxPaths + 1);
  const shown = paths.slice(0, maxPaths);
  const more = paths.length > maxPaths ? [`… and more (only the first ${maxPaths} are listed)`] : [];
  const texts: string[] = [];
  for (const document of documents) {
    if (!paths.includes(document.path)) continue;
    const text = await hub.readFile(commit, document.path, 1_000_000);
    if (text !== null) texts.push(`--- ${document.path}\n${cut(text, document.maxBytes)}`);
  }
  return [`Files:\n${[...shown, ...more].join("\n")}`, ...texts].join("\n\n");
}

/** The instructions a repository has for agents, or null. */
export async function repositoryInstructions(hub: Hub, commit: string): Promise<string | null> {
  for (const path of ["AGENTS.md", "CLAUDE.md"]) {
    const text = await hub.readFile(commit, path, 1_000_000);
    if (text !== null) return cut(text, 12_000);
  }
  return null;
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}\n… (cut after ${length} characters)`;
}
