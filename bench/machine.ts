import { cpus, loadavg, release, totalmem } from "node:os";

/** Where and when a benchmark ran, and how busy the machine was with other things. */
export interface Circumstances {
  readonly at: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly kernel: string;
  readonly node: string;
  /** One-minute load average just before the benchmark began. */
  readonly loadBefore: number;
  readonly loadAfter: number;
}

/** Above this the machine was doing something else as well, and timings are worth less. */
const quietLoad = 0.7;

export function observeMachine(): (now: Date) => Circumstances {
  const loadBefore = loadOfLastMinute();
  return (now) => ({
    at: now.toISOString(),
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    kernel: release(),
    node: process.version,
    loadBefore,
    loadAfter: loadOfLastMinute(),
  });
}

function wasQuiet({ loadBefore }: Circumstances): boolean {
  return loadBefore <= quietLoad;
}

export function circumstancesText(seen: Circumstances): string {
  const load = `load ${seen.loadBefore.toFixed(2)} before, ${seen.loadAfter.toFixed(2)} after`;
  return [
    seen.at.slice(0, 16).replace("T", " ") + " UTC",
    `${String(seen.cores)} cores, ${String(seen.memoryGiB)} GiB, Linux ${seen.kernel}, Node ${seen.node}`,
    wasQuiet(seen) ? load : `${load}: **measured under load**`,
  ].join(" · ");
}

function loadOfLastMinute(): number {
  return loadavg()[0] ?? Number.NaN;
}
