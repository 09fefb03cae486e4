import { watch, type FSWatcher } from "node:fs";

/** Wakes the followers of files in one folder, whoever writes them. Watches the folder only while somebody follows. */
export class LogWatch implements Disposable {
  readonly #directory: string;
  readonly #followers = new Map<string, Set<() => void>>();
  #watcher: FSWatcher | null = null;

  constructor(directory: string) {
    this.#directory = directory;
  }

  follow(fileName: string, wake: () => void): Disposable {
    // A wake of its own, so that following twice with one function and disposing once leaves one.
    const follower = (): void => {
      wake();
    };
    const followers = this.#followers.get(fileName) ?? new Set();
    followers.add(follower);
    this.#followers.set(fileName, followers);
    this.#watcher ??= this.#open();
    return {
      [Symbol.dispose]: () => {
        followers.delete(follower);
        if (followers.size === 0 && this.#followers.get(fileName) === followers) this.#followers.delete(fileName);
        if (this.#followers.size === 0) this[Symbol.dispose]();
      },
    };
  }

  wake(fileName: string): void {
    for (const follower of this.#followers.get(fileName) ?? []) follower();
  }

  [Symbol.dispose](): void {
    this.#watcher?.close();
    this.#watcher = null;
  }

  #open(): FSWatcher {
    const watcher = watch(this.#directory, { persistent: false }, (_, fileName) => {
      if (fileName !== null) this.wake(fileName);
      else for (const name of this.#followers.keys()) this.wake(name);
    });
    watcher.on("error", () => {
      // The kernel dropped the watch: take a new one, and wake everybody for what was missed in between.
      watcher.close();
      this.#watcher = this.#open();
      for (const name of this.#followers.keys()) this.wake(name);
    });
    return watcher;
  }
}
