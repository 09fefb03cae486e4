import type { Hub } from "../ports/repository.ts";

/** The first of them that is there is the one agents are told. */
const instructionFiles = ["AGENTS.md", "CLAUDE.md"];
const maxFileBytes = 1_000_000;
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

/** Sources shown in all, and of one file: a small repository is shown nearly whole, of a large one a sample. */
const maxSources = 32_000;
const maxSource = 8000;
const maxSourceFiles = 24;
const source =
  /\.(?:[cm]?[jt]sx?|py|rb|go|rs|java|kt|cs|php|exs?|swift|sh|c|h|cc|cpp|html|svelte|vue)$(?<!\.d\.ts|\.min\.js)/u;
const madeByProgram = /(?:^|\/)(?:node_modules|vendor|third_party|dist|build|generated)\/|\.generated\./u;
const test = /(?:^|\/)(?:tests?|specs?|__tests__)\/|(?:^|\/)test_|[._-](?:test|spec)\.\w+$/u;

/**
 * What a planner has to know of a repository: its files, the documents that say how it is built and tested, and sources.
 * Without those a planner can only guess how the thing is called and what its tests look like.
 */
export async function repositoryOverview(hub: Pick<Hub, "listFiles" | "readFiles">, commit: string): Promise<string> {
  const paths = await hub.listFiles(commit, maxPaths + 1);
  const shown = paths.slice(0, maxPaths);
  const more = paths.length > maxPaths ? [`… and more (only the first ${maxPaths} are listed)`] : [];
  const found = await hub.readFiles(
    commit,
    documents.map((document) => document.path),
    maxFileBytes,
  );
  const texts = documents.flatMap(({ path, maxBytes }) => {
    const text = found.get(path);
    return text === undefined ? [] : [`--- ${path}\n${cut(text, maxBytes)}`];
  });
  return [`Files:\n${[...shown, ...more].join("\n")}`, ...texts, ...(await sources(hub, commit, shown))].join("\n\n");
}

/** A test first, for its form and its runner, then what lies nearest to the top, then the other tests. */
async function sources(
  hub: Pick<Hub, "readFiles">,
  commit: string,
  paths: readonly string[],
): Promise<readonly string[]> {
  const depth = (path: string): number => path.split("/").length;
  const readable = paths
    .filter((path) => source.test(path) && !madeByProgram.test(path))
    .toSorted((left, right) => depth(left) - depth(right));
  const [sample, ...otherTests] = readable.filter((path) => test.test(path));
  const code = readable.filter((path) => !test.test(path));
  const order = [...(sample === undefined ? [] : [sample]), ...code, ...otherTests].slice(0, maxSourceFiles);
  const contents = await hub.readFiles(commit, order, maxFileBytes);
  const texts: string[] = [];
  let left = maxSources;
  for (const path of order) {
    const text = contents.get(path) ?? "";
    if (text.trim() === "") continue;
    const part = cut(text, maxSource);
    if (part.length > left) continue;
    left -= part.length;
    texts.push(`--- ${path}\n${part}`);
  }
  return texts;
}

/** The instructions a repository has for agents, or null. */
export async function repositoryInstructions(hub: Pick<Hub, "readFiles">, commit: string): Promise<string | null> {
  const found = await hub.readFiles(commit, instructionFiles, maxFileBytes);
  const path = instructionFiles.find((name) => found.has(name));
  return path === undefined ? null : cut(found.get(path) ?? "", 12_000);
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}\n… (cut after ${length} characters)`;
}
