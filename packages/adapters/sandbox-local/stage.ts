import { createHash, randomUUID } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FaultError } from "@omoios/domain/shared/fault";

/** A file or folder of the host, and the name it has on the stage. */
export interface Staged {
  readonly name: string;
  readonly source: string;
}

/** Where, as root, everything a jail is made of becomes visible to its uid, whatever lies above it on the host. */
export interface Stage {
  /** A folder of the host that is mounted over in a private mount namespace. */
  readonly place: string;
  /** A table that one call of `mount` works off. */
  readonly mountTable: string;
}

const candidates = ["/mnt", "/media", "/srv", "/opt", "/run", "/tmp"];

/** A folder of the host that none of the sources lies below, over which the launcher may mount privately. */
export function neutralPlace(sources: readonly string[]): string {
  const place = candidates.find(
    (candidate) => existsSync(candidate) && !sources.some((source) => source.startsWith(`${candidate}/`)),
  );
  if (place !== undefined) return place;
  throw new FaultError({
    kind: "unavailable",
    message: `The launcher found no folder to mount over: ${candidates.join(", ")} are missing or hold what the jails need.`,
    fix: "Create an empty folder /mnt.",
    retryable: false,
  });
}

/** Makes the empty mount points, once for everything they depend on, and the table that covers them. */
export function prepareStage(folder: string, place: string, staged: readonly Staged[]): Stage {
  const points = staged.map(({ name, source }) => ({ name, source, isFolder: statSync(source).isDirectory() }));
  const key = JSON.stringify(["stage-1", place, points]);
  const ready = join(folder, createHash("sha256").update(key).digest("hex").slice(0, 16));
  const skeleton = join(ready, "points");
  const mountTable = join(ready, "mounts");
  if (existsSync(ready)) return { place, mountTable };
  const draft = `${ready}.${randomUUID()}`;
  const draftPoints = join(draft, "points");
  makeOpenFolder(draft);
  makeOpenFolder(draftPoints);
  for (const { name, isFolder } of points) {
    if (isFolder) makeOpenFolder(join(draftPoints, name));
    else writeFileSync(join(draftPoints, name), "");
  }
  const lines = [
    { source: skeleton, target: place },
    ...points.map(({ name, source }) => ({ source, target: join(place, name) })),
  ].map(({ source, target }) => `${tableWord(source)} ${tableWord(target)} none bind 0 0\n`);
  writeFileSync(join(draft, "mounts"), lines.join(""));
  publish(draft, ready);
  return { place, mountTable };
}

/** Readable by every uid, whatever the umask. */
function makeOpenFolder(path: string): void {
  mkdirSync(path, { recursive: true });
  chmodSync(path, 0o755);
}

function publish(draft: string, ready: string): void {
  try {
    renameSync(draft, ready);
  } catch (error) {
    if (!existsSync(ready)) throw error;
    rmSync(draft, { recursive: true }); // Another process was faster, with the same content.
  }
}

/** Mount tables are split at white space, which is written as octal. */
function tableWord(path: string): string {
  return path.replace(/[\s\\#]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, "0")}`);
}
