import type { StoredEvent } from "@omoios/contract/events";
import { expect, test } from "vitest";
import { nightStart, specNights } from "./night-lanes.ts";

let seq = 0;
const minute = 60_000;

type Told = { readonly [Type in StoredEvent["type"]]: Pick<Extract<StoredEvent, { type: Type }>, "type" | "payload"> };

function at(minutes: number, told: Told[keyof Told], attemptId: string | null = null): StoredEvent {
  seq += 1;
  const where = { projectId: "p", specId: "s", taskId: null, attemptId };
  return { seq, ...where, at: new Date(minutes * minute).toISOString(), ...told } as StoredEvent;
}

const moved = (to: "planning" | "awaiting_approval" | "executing" | "in_review") =>
  ({ type: "spec.moved", payload: { label: "SPC-1", from: "draft", to, reason: null } }) as const;
const attempt = (to: "working" | "proving" | "landed") =>
  ({
    type: "attempt.moved",
    payload: { task: "TSK-1", number: 1, from: null, to, strategy: "first", model: null, epoch: 1, reason: null },
  }) as const;

test("planning, waiting for the person, working and proving follow each other on a lane", () => {
  const [night] = specNights(
    [
      at(0, moved("planning")),
      at(2, moved("awaiting_approval")),
      at(10, moved("executing")),
      at(10, attempt("working"), "a"),
      at(12, attempt("proving"), "a"),
      at(13, attempt("landed"), "a"),
      at(14, moved("in_review")),
    ],
    20 * minute,
  );
  expect(night?.bars.map(({ kind, from, to }) => [kind, from / minute, to / minute])).toEqual([
    ["live", 0, 2],
    ["waiting", 2, 10],
    ["live", 10, 12],
    ["proof", 12, 13],
    ["waiting", 14, 20],
  ]);
  expect(night?.moments.map(({ kind }) => kind)).toEqual(["plan", "review"]);
});

test("while one agent writes, the proving of another one does not hide it", () => {
  const [night] = specNights(
    [at(0, attempt("working"), "a"), at(1, attempt("proving"), "a"), at(1, attempt("working"), "b")],
    2 * minute,
  );
  expect(night?.bars.map(({ kind }) => kind)).toEqual(["live", "live"]);
});

test("the night begins at ten in the evening, the day at six", () => {
  expect(nightStart(new Date(2026, 9, 14, 7, 12))).toEqual(new Date(2026, 9, 13, 22));
  expect(nightStart(new Date(2026, 9, 14, 15))).toEqual(new Date(2026, 9, 14, 6));
});
