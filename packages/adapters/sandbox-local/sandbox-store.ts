import { randomUUID } from "node:crypto";
import { chown, mkdir, readdir, rename, stat, writeFile } from "node:fs/promises";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { modes } from "@omoios/domain/sandbox/state";
import { FaultError } from "@omoios/domain/shared/fault";
import { isAbsent, readIfThere } from "./absent-file.ts";
import type { Identity } from "./identities.ts";
import { killAndWait, type ProcessIdentity } from "./process-identity.ts";
import { removeTree } from "./remove-tree.ts";
import { makeFolder, type StateFolder } from "./state-folder.ts";

const sandboxRecordSchema = z.strictObject({
  version: z.literal(1),
  projectId: z.string(),
  mode: z.enum(modes),
  baseId: z.string(),
  trust: z.enum(["work", "validation"]),
  layering: z.enum(["overlay", "clone"]),
  /** False when the tree is exactly the base's, so that a reader needs no layers. */
  hasUpper: z.boolean(),
  /** True when a layer shared with others lies between base and upper. */
  onLayer: z.boolean().default(false),
  commit: z.string(),
  branch: z.string().nullable(),
});
export type SandboxRecord = z.infer<typeof sandboxRecordSchema>;

const jailRecordSchema = z.strictObject({
  bootId: z.string(),
  pid: z.int().positive(),
  startedAtTicks: z.int().nonnegative(),
});

/** Where the parts of one sandbox are. What the jail's uid may write lies below `data`, our records beside it. */
export interface SandboxFolder {
  readonly path: string;
  readonly data: string;
  readonly upper: string;
  readonly work: string;
  readonly mountPoint: string;
  /** The whole tree, where overlays are refused. */
  readonly tree: string;
  readonly home: string;
  /** Ours to write; the jail only sees what we put there. */
  readonly bridge: string;
  readonly uploadPack: string;
}

/** Sandboxes on disk. One with a record is whole and may be adopted; one without never got that far. */
export class SandboxStore {
  readonly #state: StateFolder;
  readonly #bootId = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();

  constructor(state: StateFolder) {
    this.#state = state;
  }

  folderOf(id: string): SandboxFolder {
    refuseBadId(id);
    const path = join(this.#state.sandboxes, id);
    const data = join(path, "data");
    return {
      ...{ path, data, upper: join(data, "upper"), work: join(data, "work"), mountPoint: join(data, "merged") },
      ...{ tree: join(data, "tree"), home: join(data, "home"), uploadPack: join(path, "upload-pack") },
      bridge: join(path, "bridge"),
    };
  }

  async read(id: string): Promise<SandboxRecord | null> {
    const text = await readIfThere(join(this.folderOf(id).path, "sandbox.json"));
    return text === null ? null : sandboxRecordSchema.parse(JSON.parse(text));
  }

  /** Makes the sandbox one that can be adopted. */
  async write(id: string, record: SandboxRecord): Promise<void> {
    const path = join(this.folderOf(id).path, "sandbox.json");
    await writeFile(`${path}.draft`, JSON.stringify(record), { flush: true });
    await rename(`${path}.draft`, path);
  }

  /** Creates the empty folders of a sandbox, the jail's own ones handed to its uid. */
  async create(id: string, identity: Identity | null): Promise<SandboxFolder> {
    const folder = this.folderOf(id);
    await makeFolder(folder.path, 0o711);
    await mkdir(folder.data, { mode: 0o700 });
    const own = [folder.upper, folder.work, folder.mountPoint, folder.tree, folder.home];
    await Promise.all(own.map(async (path) => await mkdir(path, { mode: 0o700 })));
    await Promise.all(
      [folder.upper, folder.mountPoint, folder.tree].map(async (path) => await makeFolder(path, 0o755)),
    );
    if (identity !== null)
      await Promise.all([folder.data, ...own].map(async (path) => await chown(path, identity.uid, identity.gid)));
    return folder;
  }

  /** Notes, before anything runs in it, which process a jail is; synchronous, so that no step comes between. */
  recordJail(id: string, first: ProcessIdentity): void {
    const path = join(this.folderOf(id).path, "jail.json");
    writeFileSync(`${path}.draft`, JSON.stringify({ bootId: this.#bootId, ...first }));
    renameSync(`${path}.draft`, path);
  }

  /** Makes sure that no process of an earlier jail of this sandbox lives. */
  async endEarlierJail(id: string): Promise<void> {
    const text = await readIfThere(join(this.folderOf(id).path, "jail.json"));
    if (text === null) return;
    const jail = jailRecordSchema.parse(JSON.parse(text));
    if (jail.bootId === this.#bootId) await killAndWait(jail);
  }

  /** Frees the id at once, then deletes what it held. Absent is success. */
  async remove(id: string): Promise<void> {
    const { path } = this.folderOf(id);
    await this.endEarlierJail(id);
    const away = join(this.#state.trash, `${id}-${randomUUID()}`);
    try {
      await rename(path, away);
    } catch (error) {
      if (isAbsent(error)) return;
      throw error;
    }
    await removeTree(away);
  }

  async list(): Promise<readonly { readonly id: string; readonly createdAt: Date }[]> {
    const names = await readdir(this.#state.sandboxes);
    const found = await Promise.all(
      names.map(async (id) => {
        const made = await stat(join(this.#state.sandboxes, id)).catch((error: unknown) => {
          if (isAbsent(error)) return null; // Destroyed since the listing.
          throw error;
        });
        return made === null ? [] : [{ id, createdAt: made.birthtime }];
      }),
    );
    return found.flat();
  }

  /** The bases sandboxes stand on. */
  async heldBases(): Promise<ReadonlySet<string>> {
    return new Set((await this.#records()).map(({ baseId }) => baseId));
  }

  /** The commits whose layers over a base sandboxes stand on. */
  async heldLayers(baseId: string): Promise<ReadonlySet<string>> {
    const onLayers = (await this.#records()).filter((record) => record.onLayer && record.baseId === baseId);
    return new Set(onLayers.map(({ commit }) => commit));
  }

  async #records(): Promise<readonly SandboxRecord[]> {
    const records = await Promise.all((await this.list()).map(async ({ id }) => await this.read(id)));
    return records.filter((record) => record !== null);
  }

  async emptyTrash(): Promise<void> {
    for (const name of await readdir(this.#state.trash)) await removeTree(join(this.#state.trash, name));
  }
}

function refuseBadId(id: string): void {
  if (/^[a-z0-9-]{1,64}$/.test(id)) return;
  throw new FaultError({
    kind: "invalid",
    message: "A sandbox cannot have this id.",
    problems: [{ at: "id", message: `${JSON.stringify(id)} is not made of 1 to 64 characters of a-z, 0-9 and -` }],
  });
}
