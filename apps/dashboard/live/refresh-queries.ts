import type { StoredEvent } from "@omoios/contract/events";
import type { SpecView } from "@omoios/contract/http-spec";
import type { QueryClient, QueryKey } from "@tanstack/react-query";
import { specAfter } from "./spec-after.ts";

const batchMs = 250;

/**
 * Keeps what pages show in step with events: states at once, everything else by reading it again. A burst is one reading,
 * and nothing that happened during a reading is left out.
 */
export class QueryRefresher {
  readonly #queries: QueryClient;
  #waiting: StoredEvent[] = [];
  #running = false;

  constructor(queries: QueryClient) {
    this.#queries = queries;
  }

  take(events: readonly StoredEvent[]): void {
    for (const event of events) {
      if (event.specId === null) continue;
      this.#queries.setQueryData<readonly StoredEvent[]>(["spec-events", event.specId], (known) =>
        known === undefined || event.seq <= (known.at(-1)?.seq ?? 0) ? known : [...known, event],
      );
      this.#queries.setQueriesData<SpecView>({ queryKey: ["spec"] }, (view) => view && specAfter(view, event));
    }
    this.#waiting.push(...events);
    if (!this.#running) void this.#run();
  }

  /** Reads everything again, for when nobody knows what was missed. */
  everything(): void {
    void this.#queries.invalidateQueries();
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length > 0) {
      await new Promise((resolve) => setTimeout(resolve, batchMs));
      const events = this.#waiting;
      this.#waiting = [];
      // A reading that fails is shown by the page that asked for it.
      await this.#queries.invalidateQueries({
        predicate: ({ queryKey, state }) => isTouched(queryKey, state.data, events),
      });
    }
    this.#running = false;
  }
}

/** Whether what a query holds may be another one after these events; one that holds nothing yet is asking anyway. */
function isTouched(key: QueryKey, data: unknown, events: readonly StoredEvent[]): boolean {
  if (data === undefined) return true;
  switch (key[0]) {
    case "graph-layout":
      return false;
    // Grows by the events themselves.
    case "spec-events":
      return false;
    case "specs":
      return events.some(({ type }) => type.startsWith("spec.") || type === "project.removed");
    case "projects":
      return events.some(({ type }) => type.startsWith("project."));
    case "spec":
      return events.some(({ specId }) => specId === idOf(data));
    case "discoveries":
      return events.some(({ type }) => type.startsWith("discovery."));
    // Commits do not change.
    case "diff":
    case "conflict":
      return false;
    case "task":
      return events.some(({ taskId }) => taskId === idOf(data));
    default:
      return true;
  }
}

function idOf(data: unknown): unknown {
  return typeof data === "object" && data !== null && "id" in data ? data.id : undefined;
}
