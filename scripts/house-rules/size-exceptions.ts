import { readFile } from "node:fs/promises";
import { join } from "node:path";
import ts from "typescript";
import { repositoryRoot, runCommand } from "../command.ts";
import { descendants, parseSource } from "./source-files.ts";

/** A file that may pass the size limits for now, with the sizes it may not pass. */
export interface SizeException {
  readonly path: string;
  readonly maxLines: number;
  readonly maxFunctionLines: number;
  readonly reason: string;
}

/** Limits of `.oxlintrc.json`, which excuses exactly the files of the list. */
const limits = { lines: 300, functionLines: 60 };
const list = "scripts/size-exceptions.json";
const lintConfig = ".oxlintrc.json";

interface Sizes {
  readonly lines: number;
  readonly functionLines: number;
}

/**
 * The list may only shrink: an entry that is not needed any more, one that grew, one the linter does not know about and
 * one that was not there at the commit before are all findings.
 */
export async function findSizeListFaults(root = repositoryRoot): Promise<readonly string[]> {
  const entries = parseList(await readFile(join(root, list), "utf8"));
  const findings = [...(await findLinterDrift(entries, root)), ...(await findGrowth(entries, root))];
  for (const entry of entries) findings.push(...judgeEntry(entry, await measure(entry.path, root)));
  return findings;
}

/** What is wrong with one entry, given the sizes its file has now. */
export function judgeEntry(entry: SizeException, now: Sizes): readonly string[] {
  const findings: string[] = [];
  if (now.lines <= limits.lines && now.functionLines <= limits.functionLines)
    findings.push(`${entry.path}: within the limits now, so its entry in ${list} goes`);
  if (now.lines > entry.maxLines)
    findings.push(`${entry.path}: ${now.lines} lines, its exception ends at ${entry.maxLines}`);
  if (now.functionLines > entry.maxFunctionLines)
    findings.push(
      `${entry.path}: a function of ${now.functionLines} lines, its exception ends at ${entry.maxFunctionLines}`,
    );
  return findings;
}

function parseList(text: string): readonly SizeException[] {
  return JSON.parse(text) as readonly SizeException[];
}

async function measure(path: string, root: string): Promise<Sizes> {
  const source = await parseSource(path, root);
  const lineOf = (position: number): number => source.getLineAndCharacterOfPosition(position).line;
  const functions = [...descendants(source)].filter(ts.isFunctionLike);
  const lengths = functions.map((node) => lineOf(node.getEnd()) - lineOf(node.getStart()) + 1);
  return { lines: lineOf(source.getEnd()) + 1, functionLines: Math.max(0, ...lengths) };
}

/** The linter reads no list of its own, so one override names the excused files and has to agree with ours. */
async function findLinterDrift(entries: readonly SizeException[], root: string): Promise<readonly string[]> {
  const parsed = ts.parseConfigFileTextToJson(lintConfig, await readFile(join(root, lintConfig), "utf8"));
  const { overrides } = parsed.config as { overrides: { files: string[]; rules: Record<string, unknown> }[] };
  const excused = overrides.filter(({ rules }) => rules["max-lines"] === "off").flatMap(({ files }) => files);
  const listed = entries.map(({ path }) => path);
  return [
    ...excused
      .filter((path) => !listed.includes(path))
      .map((path) => `${path}: excused in ${lintConfig}, not in ${list}`),
    ...listed
      .filter((path) => !excused.includes(path))
      .map((path) => `${path}: in ${list}, not excused in ${lintConfig}`),
  ];
}

/** Compares with the last commit, and on a clean tree with the one before it. */
async function findGrowth(entries: readonly SizeException[], root: string): Promise<readonly string[]> {
  const unchanged = (await runCommand("git", ["diff", "--quiet", "HEAD", "--", list], root)).exitCode === 0;
  const before = await runCommand("git", ["show", `${unchanged ? "HEAD^" : "HEAD"}:${list}`], root);
  if (before.exitCode !== 0) return [];
  const earlier = new Map(parseList(before.stdout).map((entry) => [entry.path, entry]));
  return entries.flatMap((entry) => {
    const was = earlier.get(entry.path);
    if (was === undefined) return [`${entry.path}: new in ${list}, which may only shrink; split the file instead`];
    if (entry.maxLines > was.maxLines || entry.maxFunctionLines > was.maxFunctionLines)
      return [`${entry.path}: its numbers in ${list} grew, they may only shrink`];
    return [];
  });
}
