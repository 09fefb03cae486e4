import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { FaultError } from "@omoios/domain/shared/fault";

/** A process, told apart from a later one with the same number by when it started (clock ticks since boot). */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startedAtTicks: number;
}

const pollMs = 4;
const patienceMs = 15_000;

/** The identity of a live process, or null when there is none of that number. */
export function identifyProcess(pid: number): ProcessIdentity | null {
  const stat = readStat(pid);
  return stat === null ? null : { pid, startedAtTicks: stat.startedAtTicks };
}

/** False once it is gone or a zombie: then every process of a namespace it was pid 1 of is dead. */
export function isAlive(process: ProcessIdentity): boolean {
  const stat = readStat(process.pid);
  return stat !== null && stat.startedAtTicks === process.startedAtTicks && stat.state !== "Z" && stat.state !== "X";
}

/** Kills a process and waits until it is dead. */
export async function killAndWait(target: ProcessIdentity): Promise<void> {
  if (isAlive(target)) signal(target.pid);
  const giveUpAt = performance.now() + patienceMs;
  while (isAlive(target)) {
    if (performance.now() > giveUpAt) {
      throw new FaultError({
        kind: "unavailable",
        message: `The jail's process ${target.pid} survives SIGKILL; the kernel is holding it.`,
        retryable: true,
      });
    }
    await delay(pollMs);
  }
}

function signal(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function readStat(pid: number): { readonly state: string; readonly startedAtTicks: number } | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ESRCH") return null;
    throw error;
  }
  // The second field is the program's name in brackets, which may hold anything; the fields after it are plain.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { state: fields[0] ?? "X", startedAtTicks: Number(fields[19]) };
}
