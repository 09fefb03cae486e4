import { rm, stat } from "node:fs/promises";
import { join } from "node:path";

import { FaultError } from "@omoios/domain/shared/fault";
import { isRefName } from "@omoios/domain/landing/branch-name";
import type { RefMove } from "@omoios/engine/ports/repository";

import { isObjectId, splitFields } from "./git-output.ts";
import { GitFailure, type GitProgram } from "./git-program.ts";

const absent = "0".repeat(40);
const defaultStaleLockMs = 10_000;

/** See `Hub.moveRefs`. */
export async function moveRefs(git: GitProgram, hub: string, moves: readonly RefMove[]): Promise<boolean> {
  checkMoves(moves);
  if (moves.length === 0) return true;
  const failure = await tryTransaction(git, hub, moves);
  if (failure === null) return true;
  // What git printed is for people and changes between versions; whether a ref moved is asked of the refs themselves.
  if (await anyMoved(git, hub, moves)) return false;
  const locks = await removeStaleLocks(hub, moves, git.options.staleLockMs ?? defaultStaleLockMs);
  if (locks.held !== undefined) {
    const message = `refs cannot be moved: ${locks.held} is held by another git, or was left by one that was killed just now`;
    throw new FaultError({ kind: "unavailable", message, retryable: true }, { cause: failure });
  }
  if (locks.removed === 0) throw failure;
  const second = await tryTransaction(git, hub, moves);
  if (second === null) return true;
  if (await anyMoved(git, hub, moves)) return false;
  throw second;
}

function checkMoves(moves: readonly RefMove[]): void {
  const problems = moves.flatMap((move) => [
    ...(isRefName(move.ref) ? [] : [{ at: move.ref, message: "is not a valid name of a ref" }]),
    ...[move.to, move.seen].flatMap((id) =>
      id === null || isObjectId(id) ? [] : [{ at: move.ref, message: `${JSON.stringify(id)} is not a full commit id` }],
    ),
  ]);
  if (problems.length > 0) throw new FaultError({ kind: "invalid", message: "these refs cannot be moved", problems });
}

async function tryTransaction(git: GitProgram, hub: string, moves: readonly RefMove[]): Promise<GitFailure | null> {
  const lines = moves.map(({ ref, to, seen }) => {
    if (to === null) return seen === null ? `verify ${ref}\0${absent}\0` : `delete ${ref}\0${seen}\0`;
    return `update ${ref}\0${to}\0${seen ?? absent}\0`;
  });
  const stdin = ["start\0", ...lines, "prepare\0", "commit\0"].join("");
  try {
    await git.run({ gitDir: hub, args: ["update-ref", "-z", "--stdin", "-m", "omoios"], stdin });
    return null;
  } catch (error) {
    if (error instanceof GitFailure) return error;
    throw error;
  }
}

async function anyMoved(git: GitProgram, hub: string, moves: readonly RefMove[]): Promise<boolean> {
  const answer = await git.run({
    gitDir: hub,
    args: ["for-each-ref", "--format=%(refname)%00%(objectname)%00", ...moves.map(({ ref }) => ref)],
  });
  const fields = splitFields(answer.stdout);
  const current = new Map<string, string>();
  for (let index = 0; index + 1 < fields.length; index += 2)
    current.set((fields[index] ?? "").trim(), fields[index + 1] ?? "");
  return moves.some(({ ref, seen }) => (current.get(ref) ?? null) !== seen);
}

/**
 * Removes the locks a killed git left on these refs, so that a landing can be resumed. A live git holds such a lock for
 * milliseconds, and has already been waited for (`core.filesRefLockTimeout`). `held` names a lock that is too young.
 */
async function removeStaleLocks(
  hub: string,
  moves: readonly RefMove[],
  staleLockMs: number,
): Promise<{ readonly removed: number; readonly held: string | undefined }> {
  const before = Date.now() - staleLockMs;
  let removed = 0;
  let held: string | undefined;
  for (const name of [...moves.map(({ ref }) => ref), "packed-refs"]) {
    const lock = join(hub, `${name}.lock`);
    const file = await stat(lock).catch(() => null);
    if (file !== null && file.mtimeMs > before) held = lock;
    else if (file !== null) {
      await rm(lock, { force: true });
      removed += 1;
    }
  }
  return { removed, held };
}
