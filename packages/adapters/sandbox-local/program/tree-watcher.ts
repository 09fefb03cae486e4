import { existsSync, watch, type FSWatcher } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";

const coalesceMs = 200;
const maxPathsPerReport = 200;
const maxWatchedFolders = 8192;
const unwatched = new Set([".git", "node_modules"]);

/** Watches every folder below the root but `.git` and `node_modules`, and reports changed paths in batches. */
export class TreeWatcher {
  readonly #root: string;
  readonly #report: (paths: readonly string[]) => void;
  readonly #watchers = new Map<string, FSWatcher>();
  #changed = new Set<string>();
  #timer: NodeJS.Timeout | null = null;
  #isOver = false;

  constructor(root: string, report: (paths: readonly string[]) => void) {
    this.#root = root;
    this.#report = report;
  }

  async start(): Promise<void> {
    await this.#add("", false);
  }

  /** Ends it, where the process goes on. */
  stop(): void {
    this.#isOver = true;
    for (const folder of [...this.#watchers.keys()]) this.#remove(folder);
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  async #add(folder: string, fresh: boolean): Promise<void> {
    if (this.#isOver || this.#watchers.has(folder) || this.#watchers.size >= maxWatchedFolders) return;
    try {
      const watcher = watch(join(this.#root, folder), (_event, name) => this.#notice(folder, name));
      watcher.once("error", () => this.#remove(folder));
      this.#watchers.set(folder, watcher);
      for (const entry of await readdir(join(this.#root, folder), { withFileTypes: true })) {
        if (unwatched.has(entry.name)) continue;
        const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
        if (entry.isDirectory()) await this.#add(path, fresh);
        else if (fresh) this.#mark(path);
      }
    } catch {
      this.#remove(folder); // The folder went away again, or may not be read: there is nothing to watch.
    }
  }

  #remove(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
  }

  #notice(folder: string, name: string | null): void {
    if (name === null || unwatched.has(name)) return;
    const path = folder === "" ? name : `${folder}/${name}`;
    if (this.#watchers.has(path) && !existsSync(join(this.#root, path))) this.#remove(path);
    this.#mark(path);
  }

  #mark(path: string): void {
    this.#changed.add(path);
    if (this.#timer === null) this.#timer = setTimeout(() => void this.#tell(), coalesceMs);
  }

  async #tell(): Promise<void> {
    this.#timer = null;
    const paths = [...this.#changed];
    this.#changed = new Set();
    const files: string[] = [];
    for (const path of paths) {
      if (!(await this.#isFolder(path))) files.push(path);
      else await this.#add(path, true);
    }
    if (files.length > 0) this.#report(files.slice(0, maxPathsPerReport));
  }

  async #isFolder(path: string): Promise<boolean> {
    try {
      await readdir(join(this.#root, path));
      return true;
    } catch {
      return false; // A file, a link to nowhere, or deleted: all of them are reported as changed paths.
    }
  }
}
