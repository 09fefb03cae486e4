import type { EventPayload, StoredEvent } from "@omoios/contract/events";
import type { SpecView } from "@omoios/contract/http-spec";
import type { TaskSummary, TaskView } from "@omoios/contract/http-task";
import type { AgentState, AttemptState } from "@omoios/domain/attempt/state";
import { phases, type PausedBy, type Phase, type PhaseOutputStatus, type SpecStatus } from "@omoios/domain/spec/state";
import type { TaskStatus } from "@omoios/domain/task/state";
import { isTold } from "../follow/told-event.ts";
import { eventText, type EventText } from "../render/event-text.ts";

/** One thing that happened, ready to be laid out. */
export interface LiveEvent {
  readonly at: string;
  readonly text: EventText;
  /** False for steps that a later event tells as well. */
  readonly isTold: boolean;
}

/** A task as the live view shows it. */
export interface LiveTask {
  readonly id: string | null;
  readonly label: string;
  readonly title: string;
  readonly status: TaskStatus;
  readonly needs: readonly string[];
  readonly attempt: { readonly number: number; readonly state: AttemptState } | null;
  readonly agent: AgentState | null;
  /** When the runner last said that its agent is alive, and when the agent last printed something. */
  readonly beatAt: string | null;
  readonly outputAt: string | null;
  readonly question: string | null;
  /** What its agent waits for a person to answer. */
  readonly asks: string | null;
  /** When it was first worked on, and when it was complete. */
  readonly startedAt: string | null;
  readonly completeAt: string | null;
}

export interface LivePhase {
  readonly phase: Phase;
  readonly status: PhaseOutputStatus | "waiting";
  readonly score: number | null;
  /** How often its gate sent it back. */
  readonly refused: number;
}

/** Everything the live view knows of a run; events and views of the spec are folded into it. */
export interface LiveState {
  readonly label: string;
  readonly title: string;
  readonly project: string;
  readonly with: string;
  readonly approval: "policy" | "person";
  readonly requestedAt: string;
  readonly endedAt: string | null;
  readonly status: SpecStatus;
  readonly attention: string | null;
  readonly paused: { readonly by: PausedBy; readonly reason: string } | null;
  readonly phases: readonly LivePhase[];
  readonly tasks: readonly LiveTask[];
  readonly goal: { readonly met: number; readonly total: number };
  readonly usage: { readonly tokens: number; readonly usd: number | null };
  readonly events: readonly LiveEvent[];
  readonly isConnected: boolean;
}

const keptEvents = 300;

/** The state before anything is known but the spec itself. */
export function liveStateOf(spec: SpecView): LiveState {
  return withView(
    {
      ...{ label: spec.label, title: spec.title, project: spec.project.name, requestedAt: spec.requestedAt },
      ...{ with: `${spec.settings.agent}, ${spec.settings.model}`, approval: spec.settings.approval },
      ...{ endedAt: null, status: spec.status, attention: null, paused: null },
      phases: phases.map((phase) => ({ phase, status: "waiting", score: null, refused: 0 })),
      ...{ tasks: [], goal: spec.goal, usage: { tokens: 0, usd: null }, events: [], isConnected: true },
    },
    spec,
    [],
  );
}

/** What events do not carry: cost, scores, what waits for what, and when each agent was last heard of. */
export function withView(state: LiveState, spec: SpecView, running: readonly TaskView[]): LiveState {
  const scores = new Map(spec.plan.standing.map(({ phase, score }) => [phase, score]));
  return {
    ...state,
    title: spec.title,
    status: spec.status,
    endedAt: spec.endedAt,
    attention: spec.attention,
    paused: spec.pausedBy === null ? null : { by: spec.pausedBy, reason: spec.pausedReason ?? "" },
    goal: spec.goal,
    usage: { tokens: spec.usage.tokens, usd: spec.usage.usd },
    phases: state.phases.map((known) => ({ ...known, ...phaseFacts(spec, known.phase, scores.get(known.phase)) })),
    tasks: spec.tasks.map((task) =>
      taskOf(
        task,
        state.tasks.find(({ label }) => label === task.label),
        running.find(({ id }) => id === task.id),
      ),
    ),
  };
}

function phaseFacts(
  spec: SpecView,
  phase: Phase,
  score: number | null | undefined,
): Pick<LivePhase, "status" | "score" | "refused"> {
  const versions = spec.phases.filter((output) => output.phase === phase);
  return {
    status: versions.at(-1)?.status ?? "waiting",
    score: score ?? null,
    refused: versions.filter(({ status }) => status === "refused").length,
  };
}

function taskOf(task: TaskSummary, known: LiveTask | undefined, view: TaskView | undefined): LiveTask {
  const newest = view?.history.at(-1);
  return {
    id: task.id,
    label: task.label,
    title: task.title,
    status: task.status,
    needs: task.needs,
    attempt: newest === undefined ? (known?.attempt ?? null) : { number: newest.number, state: newest.state },
    agent: task.agentState,
    beatAt: newest?.beatAt ?? known?.beatAt ?? null,
    outputAt: newest?.outputAt ?? known?.outputAt ?? null,
    question: task.question,
    asks: task.blockedReason === "question" ? task.question : null,
    startedAt: known?.startedAt ?? null,
    completeAt: task.status === "complete" ? (known?.completeAt ?? task.endedAt) : null,
  };
}

/** The state after an event. */
export function foldEvent(state: LiveState, event: StoredEvent): LiveState {
  const told = { at: event.at, text: eventText(event), isTold: isTold(event, state.approval) };
  return { ...foldFacts(state, event), events: [...state.events, told].slice(-keptEvents) };
}

function foldFacts(state: LiveState, event: StoredEvent): LiveState {
  switch (event.type) {
    case "spec.moved":
      return { ...state, status: event.payload.to };
    case "spec.attention_raised":
      return { ...state, attention: event.payload.reason };
    case "spec.attention_cleared":
      return { ...state, attention: null };
    case "spec.paused":
      return { ...state, paused: { by: event.payload.cause, reason: event.payload.reason } };
    case "spec.resumed":
      return { ...state, paused: null };
    case "phase.ended":
      return withPhase(state, event.payload.phase, { status: event.payload.status });
    case "gate.refused":
      return withPhase(state, event.payload.phase, { status: "refused", refused: event.payload.try });
    case "plan.published":
      return event.payload.tasks.reduce<LiveState>((next, task) => withTask(next, task, {}), state);
    case "task.moved":
      return withTask(state, event.payload, {
        ...movedFacts(event.payload.to, event.at),
        asks: askedBy(event.payload),
      });
    case "attempt.moved": {
      const { task, number, to } = event.payload;
      return withTask(state, { label: task }, { attempt: { number, state: to }, beatAt: event.at });
    }
    case "agent.observed":
      return withTask(state, { label: event.payload.task }, { agent: event.payload.to });
    default:
      return state;
  }
}

function askedBy({ blockedReason, reason }: EventPayload<"task.moved">): string | null {
  return blockedReason === "question" ? reason : null;
}

function movedFacts(status: TaskStatus, at: string): Partial<LiveTask> {
  if (status === "running") return { status, startedAt: at };
  return status === "complete" ? { status, completeAt: at } : { status };
}

function withPhase(state: LiveState, phase: Phase, change: Partial<LivePhase>): LiveState {
  return { ...state, phases: state.phases.map((one) => (one.phase === phase ? { ...one, ...change } : one)) };
}

/** A task is first worked on once; what comes after that is another attempt at it. */
function withTask(
  state: LiveState,
  { label, title }: { readonly label: string; readonly title?: string },
  change: Partial<LiveTask>,
): LiveState {
  const known = state.tasks.find((task) => task.label === label) ?? unknownTask(label);
  const startedAt = known.startedAt ?? change.startedAt ?? null;
  const next = { ...known, ...(title === undefined ? {} : { title }), ...change, startedAt };
  const tasks = state.tasks.some((task) => task.label === label)
    ? state.tasks.map((task) => (task.label === label ? next : task))
    : [...state.tasks, next];
  return { ...state, tasks };
}

function unknownTask(label: string): LiveTask {
  return {
    ...{ id: null, label, title: "", status: "pending", needs: [], attempt: null, agent: null },
    ...{ beatAt: null, outputAt: null, question: null, asks: null, startedAt: null, completeAt: null },
  };
}
