import { readdirSync, readFileSync } from "node:fs";
import { isAbsent } from "./absent-file.ts";

const closeOnExec = 0o2000000;

/**
 * Descriptors above `last` that whoever started this process left open for all its children (a shell's, a service
 * manager's sockets). Node closes its own ones on exec, but not these, and a jail must not get them.
 */
export function inheritedDescriptors(last: number): readonly number[] {
  return readdirSync("/proc/self/fd")
    .map(Number)
    .filter((descriptor) => descriptor > last && staysOpen(descriptor));
}

function staysOpen(descriptor: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, "utf8"))?.[1] ?? "0";
    return (Number.parseInt(flags, 8) & closeOnExec) === 0;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}
