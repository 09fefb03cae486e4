import type { Sandbox } from "../ports/sandbox.ts";
import type { AttemptParts, AttemptRun } from "./attempt-run.ts";
import type { Heartbeat } from "./heartbeat.ts";
import { openWorkSandbox } from "./open-sandbox.ts";

/** The sandbox the agent works in, opened at `commit`; from then on the heartbeat keeps it alive. */
export function lazyWorkSandbox(
  parts: AttemptParts,
  run: AttemptRun,
  at: { readonly commit: string; readonly heartbeat: Heartbeat },
): LazySandbox {
  return new LazySandbox(async () => {
    const sandbox = await openWorkSandbox(parts, run, at.commit);
    at.heartbeat.sandbox = sandbox;
    return sandbox;
  });
}

/** Opens the attempt's sandbox when a step first needs it; a resumed attempt that is past its work never does. */
export class LazySandbox implements AsyncDisposable {
  readonly #create: () => Promise<Sandbox>;
  #sandbox: Promise<Sandbox> | null = null;

  constructor(create: () => Promise<Sandbox>) {
    this.#create = create;
  }

  open(): Promise<Sandbox> {
    this.#sandbox ??= this.#create();
    return this.#sandbox;
  }

  /** Ends the jail; its tree and HOME stay, for whoever resumes. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#sandbox === null) return;
    const [opened] = await Promise.allSettled([this.#sandbox]);
    if (opened.status === "fulfilled") await opened.value.close();
  }
}
