import type { AgentActivity } from "@omoios/engine/ports/agent-runtime";

/**
 * Hands what an agent does from the reader of its output to the one who follows it. A follower that is slow holds the
 * reader up, so a flood waits in the agent's pipe and not in this process; one that has left is not waited for.
 */
export class ActivityQueue implements AsyncIterable<AgentActivity> {
  readonly #waiting: AgentActivity[] = [];
  #chars = 0;
  #limit: number;
  #ended = false;
  #discarding = false;
  #wakeReader: (() => void) | null = null;
  #wakeFollower: (() => void) | null = null;

  constructor(maxChars: number) {
    this.#limit = maxChars;
  }

  /** Adds a piece; resolves when there is room for the next one. */
  async push(activity: AgentActivity): Promise<void> {
    if (this.#discarding || activity.text === "") return;
    this.#waiting.push(activity);
    this.#chars += activity.text.length;
    this.#wakeFollower?.();
    while (this.#chars > this.#limit) {
      await new Promise<void>((resolve) => {
        this.#wakeReader = resolve;
      });
    }
  }

  /** From now on nothing waits for the follower. */
  release(): void {
    this.#limit = Number.POSITIVE_INFINITY;
    this.#wakeReader?.();
  }

  /** Nothing more will come. */
  end(): void {
    this.#ended = true;
    this.#wakeFollower?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<AgentActivity, void, undefined> {
    try {
      for (;;) {
        const next = this.#waiting.shift();
        if (next !== undefined) {
          this.#chars -= next.text.length;
          this.#wakeReader?.();
          yield next;
        } else if (this.#ended) {
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.#wakeFollower = resolve;
          });
        }
      }
    } finally {
      this.#discarding = true;
      this.#waiting.length = 0;
      this.release();
    }
  }
}
