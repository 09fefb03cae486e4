import { readdir, readFile } from "node:fs/promises";
import { basename } from "node:path";

export interface ProcessMemory {
  readonly command: string;
  /** Its own pages and its share of those it shares. */
  readonly pssBytes: number;
  readonly rssBytes: number;
}

/** Memory of a process and all its descendants, from /proc. */
export async function readProcessTree(root: number): Promise<readonly ProcessMemory[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir("/proc")) {
    const pid = Number(name);
    if (Number.isInteger(pid)) parents.set(pid, await parentOf(pid));
  }
  const tree = [root];
  for (const pid of tree) tree.push(...[...parents].filter(([, parent]) => parent === pid).map(([child]) => child));
  return Promise.all(tree.map(readMemory));
}

/** 0 for a process that ended while we looked. */
async function parentOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${String(pid)}/status`, "utf8").catch(() => "");
  return Number(/^PPid:\s+(\d+)$/mu.exec(status)?.[1] ?? 0);
}

async function readMemory(pid: number): Promise<ProcessMemory> {
  const [rollup, commandLine] = await Promise.all([
    readFile(`/proc/${String(pid)}/smaps_rollup`, "utf8"),
    readFile(`/proc/${String(pid)}/cmdline`, "utf8"),
  ]);
  const words = commandLine.split("\0").filter((word) => word !== "");
  return {
    command: words
      .slice(0, 2)
      .map((word) => basename(word))
      .join(" "),
    pssBytes: kilobytes(rollup, "Pss") * 1_024,
    rssBytes: kilobytes(rollup, "Rss") * 1_024,
  };
}

function kilobytes(rollup: string, field: string): number {
  const value = new RegExp(`^${field}:\\s+(\\d+) kB$`, "mu").exec(rollup)?.[1];
  if (value === undefined) throw new Error(`smaps_rollup has no ${field}`);
  return Number(value);
}
