import type { AgentRuntime, AgentSession } from "@omoios/engine/ports/agent-runtime";
import type { Checkpoints } from "@omoios/engine/ports/checkpoints";
import type { JobQueue } from "@omoios/engine/ports/queue";
import type { SandboxProvider } from "@omoios/engine/ports/sandbox";
import type { App } from "@omoios/server/compose";

/** Moments of one attempt, in the order they usually come. */
export const moments = [
  "job delivered",
  "attempt claimed",
  "attempt:base:begun",
  "attempt:base:done",
  "attempt:brief:begun",
  "attempt:brief:done",
  "attempt:work:begun",
  "base asked for",
  "base found",
  "sandbox asked for",
  "sandbox open",
  "agent asked for",
  "agent session started",
  "agent's first output",
] as const;
export type Moment = (typeof moments)[number];

const known: ReadonlySet<string> = new Set(moments);

/**
 * Watches attempts that run one at a time from outside: the checkpoints the engine passes anyway, and the ports it calls.
 * Every moment is when it was first seen.
 */
export class StartTimeline {
  #seen = new Map<string, number>();
  #handled = Promise.withResolvers<void>();

  readonly checkpoints: Checkpoints = {
    pass: (name) => {
      this.#mark(name === "attempt:claimed" ? "attempt claimed" : name);
      return Promise.resolve();
    },
  };

  /** Forgets the last attempt. */
  begin(): void {
    this.#seen = new Map();
    this.#handled = Promise.withResolvers();
  }

  /** Resolves when the handler of the attempt has returned. */
  get handled(): Promise<void> {
    return this.#handled.promise;
  }

  get seen(): ReadonlyMap<string, number> {
    return this.#seen;
  }

  /** The same parts, watched. */
  watch(app: App): App {
    return {
      ...app,
      queue: this.#watchQueue(app.queue),
      provider: this.#watchProvider(app.provider),
      agents: new Map([...app.agents].map(([id, runtime]) => [id, this.#watchAgent(runtime)])),
    };
  }

  #mark(moment: string): void {
    if (known.has(moment) && !this.#seen.has(moment)) this.#seen.set(moment, performance.now());
  }

  #watchQueue(queue: JobQueue): JobQueue {
    return {
      send: (tx, name, job) => queue.send(tx, name, job),
      requeueOrphans: () => queue.requeueOrphans(),
      start: () => queue.start(),
      stop: (timeoutMs) => queue.stop(timeoutMs),
      work: (name, concurrency, handler) =>
        queue.work(name, concurrency, async (job, signal) => {
          if (name !== "attempt") return handler(job, signal);
          this.#mark("job delivered");
          await handler(job, signal);
          this.#handled.resolve();
        }),
    };
  }

  /** Only the agent's own sandbox: the checks' have bases of another trust domain. */
  #watchProvider(provider: SandboxProvider): SandboxProvider {
    return {
      id: provider.id,
      probe: () => provider.probe(),
      destroy: (id) => provider.destroy(id),
      list: () => provider.list(),
      space: () => provider.space(),
      prepareBase: async (request, signal) => {
        if (request.trust !== "work") return provider.prepareBase(request, signal);
        this.#mark("base asked for");
        const base = await provider.prepareBase(request, signal);
        this.#mark("base found");
        return base;
      },
      open: async (request, signal) => {
        if (request.mode !== "implementation") return provider.open(request, signal);
        this.#mark("sandbox asked for");
        const sandbox = await provider.open(request, signal);
        this.#mark("sandbox open");
        return sandbox;
      },
    };
  }

  #watchAgent(runtime: AgentRuntime): AgentRuntime {
    return {
      id: runtime.id,
      installed: { version: null },
      usesModels: runtime.usesModels,
      reachesTools: runtime.reachesTools,
      check: (wire) => runtime.check(wire),
      whyNoExploration: (specId) => runtime.whyNoExploration(specId),
      start: async (assignment) => {
        this.#mark("agent asked for");
        const session = await runtime.start(assignment);
        this.#mark("agent session started");
        return this.#watchSession(session);
      },
    };
  }

  #watchSession(session: AgentSession): AgentSession {
    const firstOutput = (): void => this.#mark("agent's first output");
    async function* activity(): AsyncGenerator<{ readonly stream: "stdout" | "stderr"; readonly text: string }> {
      for await (const one of session.activity) {
        firstOutput();
        yield one;
      }
    }
    return {
      activity: activity(),
      outcome: session.outcome,
      send: (message) => session.send(message),
      stop: () => session.stop(),
    };
  }
}
