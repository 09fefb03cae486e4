import { FaultError } from "@omoios/domain/shared/fault";
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
    this.#watcher ??= this.#open();
    const followers = this.#followers.get(fileName) ?? new Set();
    followers.add(follower);
    this.#followers.set(fileName, followers);
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
    const watcher = this.#watch();
    watcher.on("error", () => {
      // The kernel dropped the watch. Whoever follows reads again, and finds out itself if the folder is gone; the next
      // one who follows takes a new watch.
      watcher.close();
      if (this.#watcher === watcher) this.#watcher = null;
      this.#wakeAll();
    });
    return watcher;
  }

  #watch(): FSWatcher {
    try {
      return watch(this.#directory, { persistent: false }, (_, fileName) => {
        if (fileName === null) this.#wakeAll();
        else this.wake(fileName);
      });
    } catch (error) {
      throw new FaultError(
        {
          kind: "unavailable",
          message: `The folder ${this.#directory} cannot be watched: ${error instanceof Error ? error.message : String(error)}`,
          fix: "Raise the limits fs.inotify.max_user_instances and fs.inotify.max_user_watches with sysctl",
          retryable: true,
        },
        { cause: error },
      );
    }
  }

  #wakeAll(): void {
    for (const name of this.#followers.keys()) this.wake(name);
  }
}
