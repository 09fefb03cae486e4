import { closeSync, fdatasyncSync, fsyncSync, openSync } from "node:fs";
import { dirname } from "node:path";
import type { PGlite } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";

type Preparation = Parameters<NodeFS["init"]>[1];

/** The parts of emscripten's node file system that durability hangs on. */
interface NodeFileSystem {
  readonly stream_ops: { fsync?: (stream: { readonly nfd: number }) => number };
  readonly node_ops: {
    rename: (node: DirectoryEntry, directory: DirectoryEntry, name: string) => void;
    unlink: (directory: DirectoryEntry, name: string) => void;
  };
  realPath(node: DirectoryEntry): string;
}

interface FileSystems {
  readonly filesystems: { readonly NODEFS: NodeFileSystem };
  /** The only exception its callers turn into an error number. */
  readonly ErrnoError: new (errorNumber: number) => Error;
}

type DirectoryEntry = { readonly name: string };

/** WASI's number for EIO: PostgreSQL panics on it, as it must when a sync fails. */
const ioError = 29;

/** PGlite's file system with `fsync` made real: of its own it syncs neither files nor directories. */
export class SyncedFileSystem extends NodeFS {
  override async init(engine: PGlite, preparation: Preparation): ReturnType<NodeFS["init"]> {
    return super.init(engine, {
      ...preparation,
      preRun: [
        ...(preparation.preRun ?? []),
        // Before PostgreSQL starts, so that recovery and its checkpoint sync too.
        (module) => syncFor(module.FS as unknown as FileSystems),
      ],
    });
  }
}

function syncFor({ filesystems: { NODEFS: files }, ErrnoError }: FileSystems): void {
  const { rename, unlink } = files.node_ops;
  const orFail = (sync: () => void): void => {
    try {
      sync();
    } catch (cause) {
      // A number is all the caller understands; PostgreSQL names the file in its own message.
      throw Object.assign(new ErrnoError(ioError), { cause });
    }
  };
  files.stream_ops.fsync = ({ nfd }) => {
    orFail(() => fdatasyncSync(nfd));
    return 0;
  };
  files.node_ops.rename = (node, directory, name) => {
    const from = dirname(files.realPath(node));
    rename(node, directory, name);
    const to = files.realPath(directory);
    orFail(() => syncDirectory(to));
    if (from !== to) orFail(() => syncDirectory(from));
  };
  files.node_ops.unlink = (directory, name) => {
    unlink(directory, name);
    orFail(() => syncDirectory(files.realPath(directory)));
  };
}

function syncDirectory(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
