import { taskWords } from "@omoios/contract/state-words";
import { spell, stopwatch } from "../render/ages.ts";
import { cleanLine } from "../render/clean-text.ts";
import { cells, hang, padEnd, truncate } from "../render/columns.ts";
import { count } from "../render/event-text.ts";
import type { Paint } from "../render/paint.ts";
import { shownAttempt } from "../render/words.ts";
import { toldLines } from "../render/event-lines.ts";
import type { LiveState, LiveTask } from "./live-state.ts";

/** The room for a frame, or for a part of one. */
export interface LiveLayout {
  readonly columns: number;
  readonly rows: number;
  readonly now: Date;
  readonly paint: Paint;
}

const deepestIndent = 4;
/** A runner beats every 30 s: an age is worth a place only when a beat is missing. */
const lateBeatMs = 45_000;

/** The task graph as rows: what waits stands below and right of what it waits for. As many rows as there are. */
export function taskRows(state: LiveState, chosen: string | null, layout: LiveLayout): readonly string[] {
  const { paint, rows } = layout;
  if (state.tasks.length === 0 || rows <= 0) return [];
  const ordered = inOrder(state.tasks);
  const done = ordered.filter(({ task }) => task.status === "complete").length;
  const head = paint("quiet", `${count(ordered.length, "task", "tasks")}, ${done} complete`);
  const shown = windowOf(ordered, chosen, rows - 1);
  const statusCells = Math.max(0, ...shown.map(({ task }) => cells(taskWords[task.status].word)));
  return [head, ...shown.map((placed) => taskRow({ ...placed, chosen, statusCells }, layout))].slice(0, rows);
}

interface Placed {
  readonly task: LiveTask;
  readonly depth: number;
  /** What it waits for that is not complete yet. */
  readonly waitsFor: readonly string[];
}

/** Tasks by how far they are down the graph, each below what it waits for. */
export function inOrder(tasks: readonly LiveTask[]): readonly Placed[] {
  const depths = new Map<string, number>();
  const left = [...tasks];
  const known = new Set(tasks.map(({ label }) => label));
  for (let before = -1; left.length > 0 && before !== left.length;) {
    before = left.length;
    for (const task of [...left]) {
      const needs = task.needs.filter((need) => known.has(need));
      if (!needs.every((need) => depths.has(need))) continue;
      depths.set(task.label, Math.max(-1, ...needs.map((need) => depths.get(need) ?? 0)) + 1);
      left.splice(left.indexOf(task), 1);
    }
  }
  const complete = new Set(tasks.flatMap(({ label, status }) => (status === "complete" ? [label] : [])));
  return tasks
    .map((task) => ({
      task,
      depth: depths.get(task.label) ?? 0,
      waitsFor: task.needs.filter((need) => !complete.has(need)),
    }))
    .toSorted((a, b) => a.depth - b.depth || a.task.label.localeCompare(b.task.label));
}

const urgency = ["blocked", "failed", "running", "validating", "landing", "retrying", "ready", "pending"] as const;

/** When not all fit: the ones that matter most, the chosen one always, in their order. */
function windowOf(ordered: readonly Placed[], chosen: string | null, room: number): readonly Placed[] {
  if (ordered.length <= room) return ordered;
  const rank = ({ task }: Placed): number => {
    if (task.label === chosen) return -1;
    const index = (urgency as readonly string[]).indexOf(task.status);
    return index === -1 ? urgency.length : index;
  };
  const kept = new Set(ordered.toSorted((a, b) => rank(a) - rank(b)).slice(0, Math.max(0, room)));
  return ordered.filter((placed) => kept.has(placed));
}

interface Row extends Placed {
  readonly chosen: string | null;
  readonly statusCells: number;
}

function taskRow({ task, depth, waitsFor, chosen, statusCells }: Row, { columns, now, paint }: LiveLayout): string {
  const { word, tone } = taskWords[task.status];
  const isChosen = task.label === chosen;
  const indent = "  ".repeat(Math.min(depth, deepestIndent));
  const lead = `${isChosen ? paint("strong", paint.marks.arrow) : " "} ${indent}`;
  const status = `${paint(tone, padEnd(word, statusCells))}  ${paint("strong", task.label)}  `;
  const facts = factsOf({ task, waitsFor }, now);
  const room = columns - cells(lead) - cells(status);
  const shownFacts = cells(facts) + 14 <= room ? facts : "";
  const title = truncate(cleanLine(task.title), Math.max(0, room - (shownFacts === "" ? 0 : cells(shownFacts) + 2)));
  return `${lead}${status}${title}${shownFacts === "" ? "" : `  ${paint("quiet", shownFacts)}`}`;
}

function factsOf({ task, waitsFor }: Pick<Placed, "task" | "waitsFor">, now: Date): string {
  switch (task.status) {
    case "pending":
    case "ready":
      return waitsFor.length === 0 ? "" : `after ${waitsFor.join(", ")}`;
    case "complete":
      return task.startedAt === null || task.completeAt === null
        ? ""
        : `took ${spell(Date.parse(task.completeAt) - Date.parse(task.startedAt))}`;
    case "running":
    case "validating":
    case "landing":
    case "retrying":
      return workText(task, now);
    case "blocked":
    case "failed":
    case "cancelled":
      return task.attempt === null ? "" : `after ${count(task.attempt.number, "attempt", "attempts")}`;
  }
}

function workText(task: LiveTask, now: Date): string {
  const silentMs = task.outputAt === null ? null : now.getTime() - Date.parse(task.outputAt);
  const beatMs = task.beatAt === null ? null : now.getTime() - Date.parse(task.beatAt);
  const isWorking = task.attempt?.state === "working";
  return [
    ...(task.attempt === null ? [] : [attemptText(task.attempt)]),
    ...(isWorking && task.agent !== null ? [`agent ${task.agent}`] : []),
    ...(isWorking && silentMs !== null ? [`last output ${spell(silentMs)} ago`] : []),
    ...(beatMs !== null && beatMs > lateBeatMs ? [`no heartbeat for ${spell(beatMs)}`] : []),
    ...(task.startedAt === null ? [] : [stopwatch(now.getTime() - Date.parse(task.startedAt))]),
  ].join(", ");
}

/** In a row it is told only when it is late. */
function beatText({ attempt, beatAt }: LiveTask, now: Date): readonly string[] {
  if (attempt?.state !== "working" || beatAt === null) return [];
  const ageMs = now.getTime() - Date.parse(beatAt);
  return ageMs > lateBeatMs ? [] : [`heartbeat ${spell(Math.max(0, ageMs))} ago`];
}

/** A first attempt goes without saying: the room is for the title. */
function attemptText({ number, state }: NonNullable<LiveTask["attempt"]>): string {
  const { word } = shownAttempt(state);
  return number === 1 ? word : `attempt ${number} ${word}`;
}

/** Everything that happened to one task. */
export function detailLines(state: LiveState, chosen: string | null, layout: LiveLayout): readonly string[] {
  const { paint, columns, rows, now } = layout;
  const placed = inOrder(state.tasks).find(({ task }) => task.label === chosen);
  if (placed === undefined) return ["Choose a task with ↑ and ↓ first."];
  const { task } = placed;
  const { word, tone } = taskWords[task.status];
  const facts = [factsOf(placed, now), ...beatText(task, now)].filter((fact) => fact !== "").join(", ");
  const head = [
    ...hang(`${paint("strong", task.label)}  ${paint(tone, word)}  `, cleanLine(task.title), columns),
    ...(facts === "" ? [] : hang("  ", facts, columns)),
    ...(task.question === null ? [] : hang(`  ${paint("you", "question")}  `, cleanLine(task.question), columns)),
  ];
  const since = new Date(state.requestedAt);
  const own = state.events
    .filter(({ text }) => text.subject === task.label)
    .flatMap((event) => toldLines(event, { paint, width: columns, since }));
  const room = Math.max(0, rows - head.length - 1);
  return [
    ...head,
    ...(room === 0 ? [] : own.slice(-room)),
    paint("quiet", `  omoios task show ${task.label}   omoios task logs ${task.label}`),
  ];
}
