import { join } from "node:path";

import { expect } from "vitest";

import { FaultError, type Fault } from "@omoios/domain/shared/fault";
import type { Hub } from "@omoios/engine/ports/repository";

import { openRepositories } from "./repositories.ts";
import { ScratchFolder, type ScratchRepository } from "./scratch-repository.ts";

/** A lock in a hub counts as abandoned after 5 s, so that a test can plant one with an older time stamp. */
export const scratchRepositories = openRepositories({ staleLockMs: 5000 });

/** A user's repository and a hub that has fetched its `main`, removed by `using`. */
export interface ScratchHub extends Disposable {
  readonly scratch: ScratchFolder;
  readonly source: ScratchRepository;
  readonly hub: Hub;
  /** The fetched tip of `main`. */
  readonly base: string;
  /** Fetches a branch of the source as it is now. */
  readonly take: (branch: string) => Promise<string>;
}

export async function openScratchHub(): Promise<ScratchHub> {
  const scratch = new ScratchFolder();
  const source = scratch.repository("source");
  const hub = await scratchRepositories.openHub(join(scratch.path, "hubs", "one"));
  const take = async (branch: string): Promise<string> => hub.fetchSource(source.path, branch);
  return { scratch, source, hub, base: await take("main"), take, [Symbol.dispose]: () => scratch[Symbol.dispose]() };
}

/** The fault `work` throws; a test that expects one fails when there is none. */
export async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const error = await work.then(
    (value) => expect.unreachable(`it answered ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof FaultError) return error.fault;
  throw error;
}
