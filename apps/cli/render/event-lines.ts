import type { StoredEvent } from "@omoios/contract/events";
import { stopwatch } from "./ages.ts";
import { cells, hang, padEnd, padStart, truncate, wrap } from "./columns.ts";
import { eventText, type EventDetail, type EventText } from "./event-text.ts";
import type { Paint } from "./paint.ts";

const timeCells = 6;
const subjectCells = 8;
/** Lines one text of an event may fill: a model's essay must not push the rest off the screen. */
const maxLines = 4;

export interface EventLayout {
  readonly paint: Paint;
  readonly width: number;
  /** When zero of the clock was; null prints the time of day. */
  readonly since: Date | null;
}

/** One event as lines: time, mark, subject, text. Continued lines hang below the text. */
export function eventLines(event: StoredEvent, layout: EventLayout): readonly string[] {
  return toldLines({ at: event.at, text: eventText(event) }, layout);
}

/** As {@link eventLines}, for an event that was read before. */
export function toldLines(
  told: { readonly at: string; readonly text: EventText },
  layout: EventLayout,
): readonly string[] {
  return textLines(told.text, eventTime(told.at, layout.since), layout);
}

function eventTime(at: string, since: Date | null): string {
  return since === null ? at.slice(11, 19) : stopwatch(new Date(at).getTime() - since.getTime());
}

function textLines(said: EventText, time: string, { paint, width }: EventLayout): readonly string[] {
  const clock = padStart(time, timeCells + (cells(time) > timeCells ? 1 : 0));
  const subject = padEnd(truncate(said.subject, 14), subjectCells);
  const room = width - cells(clock) - cells(subject) - 5;
  const indent = " ".repeat(width - room);
  const [first = "", ...rest] = limited(wrap(said.text, room), room);
  const mark = paint(said.tone, paint.marks[said.mark]);
  return [
    `${paint("quiet", clock)}  ${mark} ${paint("strong", subject)} ${emphasise(said, first, paint)}`,
    ...rest.map((line) => `${indent}${line}`),
    ...said.more.flatMap((item) => moreLines(item, { paint, room, indent })),
  ];
}

/** Only what a person must act on, and trouble, is coloured beyond its mark: colour is spent on state. */
function emphasise(said: EventText, text: string, paint: Paint): string {
  return said.tone === "bad" ? paint("bad", text) : text;
}

function moreLines(
  { label, text }: EventDetail,
  at: { readonly paint: Paint; readonly room: number; readonly indent: string },
): readonly string[] {
  return limited(hang(label === "" ? "" : `${label}  `, text, at.room), at.room).map(
    (line) => `${at.indent}${at.paint("quiet", line)}`,
  );
}

/** At most so many lines; the last one then ends in an ellipsis, because the word after it would not have fitted either. */
function limited(lines: readonly string[], room: number): readonly string[] {
  if (lines.length <= maxLines) return lines;
  const [last = "", next = ""] = lines.slice(maxLines - 1);
  return [...lines.slice(0, maxLines - 1), truncate(`${last} ${next.trimStart()}`, room)];
}
