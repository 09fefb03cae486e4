import type { StoredEvent } from "@omoios/contract/events";
import type { NightBar } from "../../ui/night-line.tsx";

/** What happened to one spec, as stretches and moments. */
export interface SpecNight {
  readonly specId: string;
  readonly bars: readonly NightBar[];
  readonly moments: readonly NightMoment[];
}

export interface NightMoment {
  readonly at: number;
  readonly kind: "sent-back" | "question" | "plan" | "review" | "merged" | "failed";
  readonly title: string;
}

/** The evening the night began in: 22:00 yesterday until noon, 06:00 today after it. */
export function nightStart(now: Date): Date {
  const start = new Date(now);
  if (now.getHours() < 12) start.setDate(start.getDate() - 1);
  start.setHours(now.getHours() < 12 ? 22 : 6, 0, 0, 0);
  return start;
}

/**
 * Folds events into one lane per spec, the one that began first on top. Work of several agents at once is one bar; it is
 * drawn as being proven only while nobody writes.
 */
export function specNights(events: readonly StoredEvent[], now: number): readonly SpecNight[] {
  const lanes = new Map<string, Lane>();
  for (const event of events) {
    if (event.specId === null) continue;
    const lane = lanes.get(event.specId) ?? new Lane();
    lanes.set(event.specId, lane);
    lane.add(event);
  }
  return [...lanes].map(([specId, lane]) => ({ specId, ...lane.end(now) }));
}

type Kind = NightBar["kind"];

class Lane {
  readonly #bars: NightBar[] = [];
  readonly #moments: NightMoment[] = [];
  readonly #working = new Map<string, "live" | "proof">();
  #planning = false;
  #waiting = false;
  #open: { readonly kind: Kind; readonly from: number } | null = null;

  add(event: StoredEvent): void {
    const at = Date.parse(event.at);
    const moment = momentOf(event);
    if (moment !== null) this.#moments.push({ at, ...moment });
    if (event.type === "spec.requested") this.#planning = true;
    if (event.type === "spec.moved") {
      this.#planning = event.payload.to === "planning";
      this.#waiting = event.payload.to === "awaiting_approval" || event.payload.to === "in_review";
    }
    if (event.type === "spec.attention_raised" || event.type === "spec.paused") this.#waiting = true;
    if (event.type === "spec.attention_cleared" || event.type === "spec.resumed") this.#waiting = false;
    if (event.type === "attempt.moved") this.#attempt(event.attemptId ?? "", event.payload.to);
    this.#draw(at);
  }

  end(now: number): Pick<SpecNight, "bars" | "moments"> {
    if (this.#open !== null) this.#bars.push({ ...this.#open, to: Math.max(now, this.#open.from) });
    return { bars: this.#bars, moments: this.#moments };
  }

  #attempt(id: string, state: string): void {
    if (state === "proving") this.#working.set(id, "proof");
    else if (state === "provisioning" || state === "working" || state === "collecting") this.#working.set(id, "live");
    else this.#working.delete(id);
  }

  #draw(at: number): void {
    const kind = this.#kind();
    if (kind === this.#open?.kind) return;
    if (this.#open !== null && at > this.#open.from) this.#bars.push({ ...this.#open, to: at });
    this.#open = kind === null ? null : { kind, from: at };
  }

  #kind(): Kind | null {
    const working = [...this.#working.values()];
    if (working.includes("live")) return "live";
    if (working.includes("proof")) return "proof";
    if (this.#waiting) return "waiting";
    return this.#planning ? "live" : null;
  }
}

function momentOf(event: StoredEvent): Omit<NightMoment, "at"> | null {
  switch (event.type) {
    case "questions.asked":
      return { kind: "question", title: "Asked you" };
    case "spec.attention_raised":
      return { kind: "question", title: "Needs you" };
    case "spec.moved":
      return movedMoment(event.payload.to);
    case "task.moved":
      return event.payload.to === "retrying" ? { kind: "sent-back", title: `${event.payload.label} sent back` } : null;
    default:
      return null;
  }
}

function movedMoment(to: string): Omit<NightMoment, "at"> | null {
  if (to === "awaiting_approval") return { kind: "plan", title: "Plan ready" };
  if (to === "in_review") return { kind: "review", title: "Pull request opened" };
  if (to === "merged") return { kind: "merged", title: "Merged" };
  return to === "failed" ? { kind: "failed", title: "Failed" } : null;
}
