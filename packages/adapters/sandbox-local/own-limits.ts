import { readFileSync } from "node:fs";
import type { JailLimits } from "./launch.ts";

/** The wanted limits, none above what this process itself may have: nobody in a jail can raise a limit. */
export function withinOwnLimits(wanted: JailLimits): JailLimits {
  const text = readFileSync("/proc/self/limits", "utf8");
  const hard = (name: string): number => {
    const value = new RegExp(`^${name}\\s+\\S+\\s+(\\S+)`, "m").exec(text)?.[1];
    return value === undefined || value === "unlimited" ? Infinity : Number(value);
  };
  return {
    maxFileBytes: Math.min(wanted.maxFileBytes, hard("Max file size")),
    maxProcesses: Math.min(wanted.maxProcesses, hard("Max processes")),
  };
}
