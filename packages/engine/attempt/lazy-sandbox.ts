import type { Sandbox } from "../ports/sandbox.ts";

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
