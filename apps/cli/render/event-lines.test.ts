import { describe, expect, test } from "vitest";
import { eventTypes } from "@omoios/contract/events";
import { commit, event, provenRun, storyOf, unprovenRun } from "../testing/sample-run.ts";
import { cells } from "./columns.ts";
import { eventLines } from "./event-lines.ts";
import { createPaint } from "./paint.ts";

const plain = {
  paint: createPaint({ colour: false, unicode: true }),
  width: 80,
  since: new Date("2026-03-01T10:00:00Z"),
};

describe("eventLines", () => {
  test("an event is one line: time, mark, subject, text", () => {
    const landed = event(
      "candidate.moved",
      { task: "TSK-001", number: 1, commit, from: "proven", to: "landed", reason: null },
      { seq: 1, ms: 67_000 },
    );
    expect(eventLines(landed, plain)).toEqual(["  1:07  ✓ TSK-001  Landed as 3f2a91c0de"]);
  });

  test("long text is wrapped below itself and never wider than the terminal", () => {
    const raised = event("spec.attention_raised", {
      label: "SPC-1",
      reason: "3 attempts did not prove REQ-1.1, whose check runs node --test test/health.test.js",
    });
    expect(eventLines(raised, plain)).toEqual([
      "  0:00  ? SPC-1    Needs you: 3 attempts did not prove REQ-1.1, whose check runs",
      "                   node --test test/health.test.js",
    ]);
  });

  test("a reason without end is cut after a few lines", () => {
    const essay = event("spec.attention_raised", { label: "SPC-1", reason: "on and on ".repeat(200) });
    expect(eventLines(essay, plain)).toHaveLength(4);
    expect(eventLines(essay, plain).at(-1)).toMatch(/ …$/u);
  });

  test("what a plan holds and what a policy refused hangs below", () => {
    const judged = event("diff.judged", {
      task: "TSK-001",
      number: 1,
      files: 2,
      findings: [
        { severity: "refuse", rule: "submodule", path: "vendor/x", message: "submodules cannot land" },
        { severity: "note", rule: "dependency", path: "package.json", message: "a dependency was added" },
      ],
    });
    expect(eventLines(judged, plain)).toEqual([
      "  0:00  ! TSK-001  2 files changed, 1 refused",
      "                   refused  vendor/x: submodules cannot land",
    ]);
  });

  test("hostile text cannot move the cursor, colour the screen, turn the direction or add a line", () => {
    const hostile = event("task.moved", {
      label: "TSK-001\u001b[2J",
      title: "ok\u001b]0;owned\u0007\r\n  0:00  ✓ TSK-009  Landed\u202e\u0000",
      from: "ready",
      to: "running",
      reason: null,
      blockedReason: null,
    });
    expect(eventLines(hostile, plain)).toEqual(["  0:00  ▸ TSK-001  Running: ok 0:00 ✓ TSK-009 Landed"]);
  });

  test("isolation below full cannot be overlooked", () => {
    const opened = event("sandbox.opened", {
      task: "TSK-001",
      number: 1,
      provider: "local",
      isolation: "none",
      adopted: false,
    });
    expect(eventLines(opened, plain)).toEqual([
      "  0:00  ! TSK-001  Attempt 1 works in a new local sandbox, isolation NONE",
    ]);
  });

  test("marks have a plain form, and colour changes no width", () => {
    const [first] = storyOf(provenRun);
    if (first === undefined) throw new Error("The story is empty");
    const coloured = createPaint({ colour: true, unicode: false });
    const [line = ""] = eventLines(first, { ...plain, paint: coloured });
    expect(line).toContain("\u001b[");
    expect(cells(line)).toBe(cells(eventLines(first, plain)[0] ?? ""));
    expect(line).toMatch(/\u001b\[2m-\u001b\[0m/u);
  });

  test("every event of the stories fits into 80 and into 50 columns", () => {
    const stories = [...storyOf(provenRun), ...storyOf(unprovenRun)];
    for (const width of [80, 50]) {
      for (const told of stories)
        for (const line of eventLines(told, { ...plain, width })) expect(cells(line)).toBeLessThanOrEqual(width);
    }
    expect(new Set(stories.map((told) => told.type)).size).toBeLessThanOrEqual(eventTypes.length);
  });
});
