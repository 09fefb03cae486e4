import { randomUUID } from "node:crypto";
import { identifyProcess, isAlive } from "./process-identity.ts";

/** A name for a folder this process is still filling; another process can tell whether its maker lives. */
export function draftName(): string {
  return `draft-${process.pid}-${identifyProcess(process.pid)?.startedAtTicks ?? 0}-${randomUUID()}`;
}

/** True for a draft whose maker died before finishing it. */
export function isAbandonedDraft(name: string): boolean {
  const owner = /^draft-(\d+)-(\d+)-/.exec(name);
  return owner !== null && !isAlive({ pid: Number(owner[1]), startedAtTicks: Number(owner[2]) });
}
