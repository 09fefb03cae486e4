import { specWords } from "@omoios/contract/state-words";
import sliceAnsi from "slice-ansi";
import { spell, stopwatch } from "../render/ages.ts";
import { cleanLine } from "../render/clean-text.ts";
import { cells, hang, padEnd, padStart, truncate, wrap } from "../render/columns.ts";
import { toldLines } from "../render/event-lines.ts";
import { count } from "../render/event-text.ts";
import type { Paint } from "../render/paint.ts";
import { pauseWords, type Shown } from "../render/words.ts";
import type { LivePhase, LiveState } from "./live-state.ts";
import { remainingTime } from "./remaining-time.ts";
import { detailLines, taskRows, type LiveLayout } from "./task-rows.ts";

/** What the person has chosen to see. */
export interface LiveChoice {
  /** Label of the chosen task, or null. */
  readonly task: string | null;
  readonly pane: "events" | "details" | "help";
  /** Answer to the last key, or null. */
  readonly notice: string | null;
}

const sideBySide = 140;
const leastPane = 4;

/** A whole frame: at most `rows` lines, none wider than `columns`. */
export function liveLines(state: LiveState, choice: LiveChoice, layout: LiveLayout): readonly string[] {
  const { columns, rows } = layout;
  const head = [...titleLines(state, layout), ...needsYouLines(state, layout), ...phaseLines(state, layout)];
  const foot = footLines(state, choice, layout);
  const room = Math.max(0, rows - head.length - foot.length - 1);
  const body = columns >= sideBySide ? beside(state, choice, { layout, room }) : below(state, choice, { layout, room });
  const filled = [...head, "", ...body];
  const padding = Array.from({ length: Math.max(0, rows - filled.length - foot.length) }, () => "");
  return [...filled, ...padding, ...foot].slice(0, rows).map((line) => fit(line, columns));
}

interface Body {
  readonly layout: LiveLayout;
  readonly room: number;
}

function below(state: LiveState, choice: LiveChoice, { layout, room }: Body): readonly string[] {
  const wanted = state.tasks.length === 0 ? 0 : state.tasks.length + 1;
  const upper = Math.min(wanted, Math.max(0, room - leastPane - 1));
  const tasks = taskRows(state, choice.task, { ...layout, rows: upper });
  const gap = tasks.length === 0 ? [] : [""];
  return [...tasks, ...gap, ...paneLines(state, choice, { ...layout, rows: room - tasks.length - gap.length })];
}

function beside(state: LiveState, choice: LiveChoice, { layout, room }: Body): readonly string[] {
  const left = Math.floor(layout.columns / 2) - 2;
  const right = layout.columns - left - 3;
  const tasks = taskRows(state, choice.task, { ...layout, columns: left, rows: room });
  const pane = paneLines(state, choice, { ...layout, columns: right, rows: room });
  const height = Math.max(tasks.length, pane.length);
  const rule = layout.paint("quiet", "│");
  return Array.from({ length: height }, (_, index) =>
    `${padEnd(fit(tasks[index] ?? "", left), left)} ${rule} ${pane[index] ?? ""}`.trimEnd(),
  );
}

function paneLines(state: LiveState, choice: LiveChoice, layout: LiveLayout): readonly string[] {
  switch (choice.pane) {
    case "help":
      return helpLines(layout).slice(0, layout.rows);
    case "details":
      return detailLines(state, choice.task, layout).slice(0, layout.rows);
    case "events":
      return recentLines(state, layout);
  }
}

/** The newest things that happened, as many as fit. */
function recentLines(state: LiveState, { paint, columns, rows }: LiveLayout): readonly string[] {
  const since = new Date(state.requestedAt);
  const told = state.events.filter((event) => event.isTold);
  const lines = told.slice(-rows).flatMap((event) => toldLines(event, { paint, width: columns, since }));
  return rows <= 0 ? [] : lines.slice(-rows);
}

function titleLines(state: LiveState, { columns, now, paint }: LiveLayout): readonly string[] {
  const { word, tone } =
    state.paused === null ? specWords[state.status] : { word: "Paused", tone: pauseWords[state.paused.by].tone };
  const elapsed = stopwatch((state.endedAt === null ? now.getTime() : Date.parse(state.endedAt)) - began(state));
  const lead = `${paint("strong", state.label)}  ${paint(tone, word)}  `;
  const title = truncate(cleanLine(state.title), columns - cells(lead) - cells(elapsed) - 2);
  const room = columns - cells(lead) - cells(title);
  const facts = [
    cleanLine(state.project),
    cleanLine(state.with),
    costText(state),
    state.goal.total === 0 ? "no criteria yet" : `${state.goal.met} of ${state.goal.total} proven`,
    remainingText(state),
    ...(state.isConnected ? [] : ["connection lost, trying again"]),
  ];
  return [
    `${lead}${title}${padStart(elapsed, room)}`,
    ...packed(facts, " · ", columns).map((line) => paint("quiet", line)),
  ];
}

function began(state: LiveState): number {
  return Date.parse(state.requestedAt);
}

function costText({ usage }: LiveState): string {
  const tokens = `${usage.tokens.toLocaleString("en-US")} tokens`;
  return usage.usd === null ? tokens : `$${usage.usd.toFixed(2)}, ${tokens}`;
}

function remainingText(state: LiveState): string {
  if (state.endedAt !== null) return "over";
  const left = remainingTime(state.tasks);
  if (left === null) return "no estimate yet";
  const range = left.fromMs === left.toMs ? spell(left.toMs) : `${spell(left.fromMs)} to ${spell(left.toMs)}`;
  return `${range} more, judging by ${count(left.basis, "task", "tasks")}`;
}

/** First, because nothing goes on without it. */
function needsYouLines(state: LiveState, { columns, paint }: LiveLayout): readonly string[] {
  const asked =
    state.status === "awaiting_approval" ? "The plan waits for your approval: press a to read and approve it" : null;
  const { paused } = state;
  const questions = state.tasks.flatMap(({ label, asks }) =>
    asks === null ? [] : [`${label} asks: ${asks} Choose it with ↑ and ↓ and press m to answer`],
  );
  const attention = questions.length > 0 ? null : (state.attention ?? asked);
  const reasons: readonly (Shown & { readonly reason: string | null })[] = [
    ...questions.map((reason) => ({ word: "Needs you", tone: "you" as const, reason })),
    { word: "Needs you", tone: "you", reason: attention },
    ...(paused === null ? [] : [{ ...pauseWords[paused.by], reason: paused.reason }]),
  ];
  return reasons.flatMap(({ word, tone, reason }) => {
    if (reason === null) return [];
    const lines = hang(`${paint(tone, ` ${word} `)}  `, cleanLine(reason), columns);
    return lines.length > 3 ? [...lines.slice(0, 2), truncate(lines[2] ?? "", columns - 2) + " …"] : lines;
  });
}

function phaseLines(state: LiveState, { columns, paint }: LiveLayout): readonly string[] {
  const shown = state.phases.filter(({ status }) => status !== "skipped");
  const current = state.status === "planning" ? shown.find(({ status }) => status !== "finished") : undefined;
  const pieces = shown.map((phase) => phaseText(phase, phase === current, paint));
  return packed(pieces, "  ", columns);
}

/** Pieces on as few lines as they fit on; none is broken. */
function packed(pieces: readonly string[], between: string, columns: number): readonly string[] {
  return pieces.reduce<readonly string[]>((lines, piece) => {
    const last = lines.at(-1);
    if (last === undefined) return [piece];
    const longer = `${last}${between}${piece}`;
    return cells(longer) <= columns ? [...lines.slice(0, -1), longer] : [...lines, piece];
  }, []);
}

function phaseText({ phase, status, score, refused }: LivePhase, isCurrent: boolean, paint: Paint): string {
  const tries = refused === 0 ? "" : ` (sent back ${refused}×)`;
  const scored = score === null ? "" : ` ${score.toFixed(2)}`;
  if (status === "finished") return `${paint("good", paint.marks.good)} ${phase}${scored}${tries}`;
  if (isCurrent) return `${paint("live", `${paint.marks.live} ${phase}`)}${tries}`;
  return paint("quiet", `${paint.marks.quiet} ${phase}${tries}`);
}

function footLines(state: LiveState, choice: LiveChoice, { columns, paint }: LiveLayout): readonly string[] {
  const approve = state.status === "awaiting_approval" ? ["a approve"] : [];
  const pause = state.paused === null ? "p pause" : "p go on";
  const keys = [...approve, pause, "↑↓ choose", "d details", "m message", "o browser", "q leave", "? help"];
  const notice = choice.notice === null ? [] : wrap(choice.notice, columns).map((line) => paint("strong", line));
  return [...notice, paint("quiet", keys.join("  "))];
}

function helpLines({ columns }: LiveLayout): readonly string[] {
  const keys: readonly (readonly [string, string])[] = [
    ["↑ ↓", "choose a task (j and k as well)"],
    ["d", "what happened to the chosen task; again: what happened to all"],
    ["m", "say something to the agent of the chosen task, or answer what it asks"],
    ["a", "read the plan that waits, and approve it"],
    ["p", "pause this spec, or let it go on"],
    ["o", "open it in a browser, or print the link that signs you in"],
    ["q", "leave, as Ctrl-C does: work goes on in its server; one that this command started parks it"],
    ["Ctrl-Z", "put it in the background; fg brings it back"],
    ["?", "this help; again: what happened"],
  ];
  return keys.flatMap(([key, does]) => hang(`  ${padEnd(key, 6)}  `, does, columns));
}

function fit(line: string, columns: number): string {
  return cells(line) <= columns ? line : sliceAnsi(line, 0, columns);
}
