import type { Repositories } from "@omoios/engine/ports/repository";

import { GitProgram, type GitOptions } from "./git-program.ts";
import { openHub } from "./hub.ts";
import { inspectSource } from "./inspect-source.ts";

/** Git for the engine. Nothing runs until the first call, which also checks that git is there and new enough. */
export function openRepositories(options: GitOptions = {}): Repositories {
  const git = new GitProgram(options);
  return {
    inspect: (source, base) => inspectSource(git, source, base),
    openHub: (path) => openHub(git, path),
  };
}
