import { describe, expect, test } from "vitest";
import type { TaskSummary } from "@omoios/contract/http-task";
import { cells } from "../render/columns.ts";
import { createPaint } from "../render/paint.ts";
import { at, event, provenRun, specView, storyOf } from "../testing/sample-run.ts";
import { addressee } from "./addressee.ts";
import { frameUpdate } from "./frame.ts";
import { liveLines, type LiveChoice } from "./live-lines.ts";
import { foldEvent, liveStateOf, withView, type LiveState } from "./live-state.ts";
import { remainingTime } from "./remaining-time.ts";
import { keysIn } from "./screen.ts";

const paint = createPaint({ colour: false, unicode: true });
const small = { columns: 80, rows: 24 };
const large = { columns: 200, rows: 60 };
const events: LiveChoice = { task: null, pane: "events", notice: null };

function task(number: number, change: Partial<TaskSummary> = {}): TaskSummary {
  const label = `TSK-00${number}`;
  return {
    ...{ id: `0192f0c0-0000-7000-8000-00000000001${number}`, label, spec: "SPC-1", specId: specView("executing").id },
    ...{ ticket: "TKT-001", title: `Part ${number} of the settings page`, mode: "implementation", status: "pending" },
    ...{ priority: "medium", attempts: 1, agentState: null, needs: [], unmet: 0, score: null, blockedReason: null },
    ...{ question: null, branch: "b", createdAt: at(0), readyAt: null, retryAt: null, endedAt: null },
    ...change,
  } as TaskSummary;
}

/** Two tasks are done, one is worked on, one waits for it, one asks a person. */
function busyRun(): LiveState {
  const tasks = [
    task(1, { status: "complete" }),
    task(2, { status: "complete" }),
    task(3, { status: "running", agentState: "active", needs: ["TSK-001"] }),
    task(4, { needs: ["TSK-003"] }),
    task(5, { status: "blocked", title: "設定画面 \u001b[2Jにメールの設定を追加する", question: "Which one?" }),
  ];
  const view = specView("executing", {
    ...{ title: "Add user settings", tasks, goal: { met: 2, total: 6 }, attention: "TSK-005 is blocked: which one?" },
    usage: { calls: 9, inputTokens: 1, outputTokens: 1, tokens: 45_100, usd: 1.25, byRole: [] },
  });
  const moved = (number: number, ms: number, to: "running" | "complete") =>
    event(
      "task.moved",
      {
        label: `TSK-00${number}`,
        title: `Part ${number} of the settings page`,
        from: "ready",
        to,
        reason: null,
        blockedReason: null,
      },
      { seq: ms, ms },
    );
  const told = [
    moved(1, 1000, "running"),
    moved(2, 1000, "running"),
    moved(1, 61_000, "complete"),
    moved(2, 121_000, "complete"),
    moved(3, 121_000, "running"),
  ];
  return withView(told.reduce(foldEvent, liveStateOf(view)), view, []);
}

function frame(state: LiveState, size: typeof small, choice = events): readonly string[] {
  return liveLines(state, choice, { ...size, now: new Date(at(150_000)), paint });
}

describe("a frame", () => {
  test("of a busy run at 80×24: what needs a person first, then phases, tasks in their order, what happened", () => {
    expect(frame(busyRun(), small).join("\n")).toMatchInlineSnapshot(`
      "SPC-1  Executing  Add user settings                                         2:30
      shop · scripted, scripted · $1.25, 45,100 tokens · 2 of 6 proven
      2 min to 4 min more, judging by 2 tasks
       Needs you   TSK-005 is blocked: which one?
      · EXPLORE  · PRD  · REQUIREMENTS  · DESIGN  · TASKS  · SYNC  · COMPLETE

      5 tasks, 2 complete
        Complete  TSK-001  Part 1 of the settings page  took 60 s
        Complete  TSK-002  Part 2 of the settings page  took 2 min
        Blocked   TSK-005  設定画面 にメールの設定を追加する
          Running   TSK-003  Part 3 of the settings page  0:29
            Pending   TSK-004  Part 4 of the settings page  after TSK-003

        0:01  ▸ TSK-001  Running: Part 1 of the settings page
        0:01  ▸ TSK-002  Running: Part 2 of the settings page
        1:01  ✓ TSK-001  Complete
        2:01  ✓ TSK-002  Complete
        2:01  ▸ TSK-003  Running: Part 3 of the settings page





      p pause  ↑↓ choose  d details  m message  o browser  q leave  ? help"
    `);
  });

  test("calls a pause by who made it, and none of them a need of the person but a spent budget's", () => {
    const shown = (by: "person" | "provider" | "budget"): string =>
      frame({ ...busyRun(), attention: null, paused: { by, reason: "because" } }, small).join("\n");
    expect(shown("person")).toMatch(/^SPC-1 {2}Paused[^]*\n Paused {3}because\n/u);
    expect(shown("provider")).toContain(" Waits for its provider   because\n");
    expect(shown("budget")).toContain(" Stopped by its budget   because\n");
    for (const by of ["person", "provider"] as const) expect(shown(by)).not.toMatch(/Needs you|its budget/u);
  });

  test("of a run that was just asked for says what it does not know", () => {
    expect(
      frame(liveStateOf(specView("planning")), small)
        .slice(0, 4)
        .join("\n"),
    ).toMatchInlineSnapshot(`
      "SPC-1  Planning  Add /health                                                2:30
      shop · scripted, scripted · 1,234 tokens · 0 of 1 proven · no estimate yet
      ▸ EXPLORE  · PRD  · REQUIREMENTS  · DESIGN  · TASKS  · SYNC  · COMPLETE
      "
    `);
  });

  test("is never wider or higher than the terminal, whatever is in it and however small it is", () => {
    const state = storyOf(provenRun).reduce(foldEvent, busyRun());
    for (const size of [small, large, { columns: 40, rows: 10 }, { columns: 20, rows: 3 }]) {
      for (const pane of ["events", "details", "help"] as const) {
        const lines = frame(state, size, { task: "TSK-005", pane, notice: "one\u0301 notice 設定".repeat(9) });
        expect(lines.length).toBeLessThanOrEqual(size.rows);
        for (const line of lines) expect(cells(line)).toBeLessThanOrEqual(size.columns);
        expect(lines.join("\n")).not.toContain("\u001b");
      }
    }
  });

  test("at 200×60 has the tasks beside what happened", () => {
    const lines = frame(busyRun(), large);
    expect(lines).toHaveLength(60);
    expect(lines.some((line) => line.includes("TSK-003") && line.includes("│"))).toBe(true);
  });

  test("keeps the chosen task in view when not all tasks fit", () => {
    const tasks = Array.from({ length: 60 }, (_, index) =>
      task(index, { label: `TSK-${100 + index}`, id: `${index}` }),
    );
    const state = liveStateOf(specView("executing", { tasks }));
    expect(frame(state, small, { ...events, task: "TSK-159" }).join("\n")).toContain("→ Pending  TSK-159");
  });

  test("of details has only what happened to the chosen task", () => {
    const shown = frame(busyRun(), small, { task: "TSK-003", pane: "details", notice: null }).join("\n");
    expect(shown).toContain("TSK-003  Running: Part 3");
    expect(shown).not.toContain("Running: Part 1");
  });
});

test("a message is for the chosen task, else for the one that asks, else for the one at work", () => {
  const state = busyRun();
  expect(addressee(state, "TSK-004")?.label).toBe("TSK-004");
  expect(addressee(state, null)?.label).toBe("TSK-003");
  const asking = state.tasks.map((one) => (one.label === "TSK-005" ? { ...one, asks: "Which one?" } : one));
  expect(addressee({ ...state, tasks: asking }, null)?.label).toBe("TSK-005");
  const both = state.tasks.map((one) => ({ ...one, status: "running" as const }));
  expect(addressee({ ...state, tasks: both }, null)).toBeNull();
});

test("an estimate is a range, and there is none before two tasks have finished", () => {
  const { tasks } = busyRun();
  expect(remainingTime(tasks)).toEqual({ fromMs: 120_000, toMs: 240_000, basis: 2 });
  expect(remainingTime(tasks.filter(({ label }) => label !== "TSK-001"))).toBeNull();
});

describe("what is written to the terminal", () => {
  test("is only the lines that differ, as one update", () => {
    const size = { columns: 4, rows: 3 };
    expect(frameUpdate(["a", "b", "c"], ["a", "x", "c"], size)).toBe(
      "\u001b[?2026h\u001b[2;1Hx\u001b[0m\u001b[K\u001b[?2026l",
    );
    expect(frameUpdate(["a"], ["a"], size)).toBe("");
    expect(frameUpdate(null, ["full"], { columns: 4, rows: 1 })).toBe(
      "\u001b[?2026h\u001b[1;1Hfull\u001b[0m\u001b[?2026l",
    );
  });
});

test("keys come alone, together and as sequences", () => {
  expect(keysIn("jd\u001b[A\u001bOB\u0003\u001b[1;5C")).toEqual(["j", "d", "up", "down", "ctrl-c", "\u001b[1;5C"]);
});
