import { randomUUID } from "node:crypto";
import { link, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TrustDomain } from "@omoios/engine/ports/sandbox";
import { FaultError } from "@omoios/domain/shared/fault";
import { readIfThere } from "./absent-file.ts";

/** Whom a jail runs as on the host. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Gives each project two uids of its own, one for work and one for validation, for as long as the installation lives.
 * Slot `n` is the file `n` holding a project's id; slots are only ever added, by a link that fails when the name is
 * taken, and always searched from 0, so that any number of processes agree without a lock.
 */
export class Identities {
  readonly #folder: string;
  readonly #firstUid: number;
  readonly #slots = new Map<string, number>();

  constructor(folder: string, firstUid: number) {
    this.#folder = folder;
    this.#firstUid = firstUid;
    if (!Number.isSafeInteger(firstUid) || firstUid < 1) {
      throw new FaultError({
        kind: "invalid",
        message: "A jail must never run as uid 0.",
        problems: [
          {
            at: "firstUid",
            message: `${firstUid} is not an unprivileged uid`,
            fix: "Give a number that no account uses, for example 64001.",
          },
        ],
      });
    }
  }

  /** The identity the first project's work has; for probing, before there is a project. */
  first(): Identity {
    return { uid: this.#firstUid, gid: this.#firstUid };
  }

  async of(projectId: string, trust: TrustDomain): Promise<Identity> {
    const slot = this.#slots.get(projectId) ?? (await this.#slotOf(projectId));
    this.#slots.set(projectId, slot);
    const uid = this.#firstUid + 2 * slot + (trust === "validation" ? 1 : 0);
    return { uid, gid: uid };
  }

  async #slotOf(projectId: string): Promise<number> {
    for (let slot = 0; ; slot += 1) {
      const path = join(this.#folder, String(slot));
      const holder = (await readIfThere(path)) ?? (await this.#claim(path, projectId));
      if (holder === projectId) return slot;
    }
  }

  /** Takes a free slot, or returns who was faster. */
  async #claim(path: string, projectId: string): Promise<string> {
    const draft = join(this.#folder, `.${randomUUID()}`);
    await writeFile(draft, projectId, { flag: "wx", mode: 0o600, flush: true });
    try {
      await link(draft, path);
      return projectId;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      return await readFile(path, "utf8");
    } finally {
      await rm(draft, { force: true });
    }
  }
}
