import { expect, test } from "vitest";
import type { SpecStanding, StatusView } from "@omoios/contract/http-system";
import { at, commit, specView } from "../testing/sample-run.ts";
import { createPaint } from "./paint.ts";
import { statusLines } from "./status-lines.ts";
import { welcomeLines } from "./welcome-lines.ts";

const minute = 60_000;
const now = new Date(at(130 * minute));
const layout = { paint: createPaint({ colour: false, unicode: true }), width: 80, now };

function criterion(number: number, change: Partial<SpecStanding["criteria"][number]> = {}) {
  const proof = { standing: "unmet", met: false, regressed: false, why: "nothing has landed yet" } as const;
  return { label: `REQ-1.${number}`, text: `Page ${number} answers`, ...proof, ...change };
}

function landing(minutes: number, met: number, regressed = 0): SpecStanding["progress"]["history"][number] {
  return { commit: `${minutes}`.repeat(40).slice(0, 40), landedAt: at(minutes * minute), met, regressed };
}

const proven = { standing: "met", met: true, why: null } as const;
const executing: SpecStanding = {
  spec: specView("executing"),
  goal: { met: 4, total: 12 },
  tasks: [
    { status: "complete", count: 3 },
    { status: "running", count: 2 },
  ],
  criteria: [
    ...[1, 2, 3, 4].map((number) => criterion(number, proven)),
    ...[5, 6, 7, 8, 9, 10].map((number) => criterion(number)),
    criterion(11, { regressed: true, why: "its check exits 1" }),
    criterion(12, { standing: "judged", why: "no check can prove it" }),
  ],
  needs: [],
  working: [],
  progress: {
    unmet: 7,
    judged: 1,
    regressed: 1,
    history: [{ ...landing(0, 0), commit }, landing(30, 2), landing(80, 5), landing(120, 4, 1)],
  },
};
const reviewed: SpecStanding = {
  ...executing,
  spec: specView("in_review", { label: "SPC-2", title: "Add /version" }),
  goal: { met: 1, total: 1 },
};

function status(running: readonly SpecStanding[]): StatusView {
  return {
    ...{ version: "0.1.0", pid: 7, url: "http://127.0.0.1:18000", home: "/home/ada/.omoios", database: "embedded" },
    ...{ startedAt: at(0), uptimeMs: 0, specs: [], inbox: 2, lastEvent: 9, slots: { held: 2, total: 4 } },
    configChanges: [],
    sandbox: { provider: "local", isolation: "full", layering: "overlay", reason: null, fix: null },
    disk: { freeBytes: 5_000_000_000, leastBytes: 1_000_000_000 },
    attempts: [{ state: "working", count: 2 }],
    running: [...running],
  };
}

test("are we there yet, how did we get here, and what is still open", () => {
  expect(statusLines(status([executing]), layout).join("\n"))
    .toBe(`OmoiOS 0.1.0 at http://127.0.0.1:18000, pid 7, started 2 h 10 min ago
  home       /home/ada/.omoios
  slots      2 of 4 taken (attempts: 2 working)
  inbox      2 discoveries to decide: omoios discovery list

shop  SPC-1  Executing  Add /health
  goal       4 of 12 proven, 2 in the last hour, 1 regressed, 1 for you to judge
  landings   0 → 2 → 5 → 4 proven, the last 10 min ago
  tasks      3 complete, 2 running
  ✗ REQ-1.11  Page 11 answers (was met before: its check exits 1)
  · REQ-1.5  Page 5 answers (nothing has landed yet)
  · REQ-1.6  Page 6 answers (nothing has landed yet)
  · REQ-1.7  Page 7 answers (nothing has landed yet)
  · REQ-1.8  Page 8 answers (nothing has landed yet)
  … and 3 more: omoios spec show SPC-1`);
});

test("a proven spec waits for a review, not for a decision, and every line says its project", () => {
  const attention = { ...executing, spec: specView("executing", { label: "SPC-3", attention: "TSK-004 is blocked" }) };
  const link = { url: "http://127.0.0.1:18000/sign-in?code=x", expiresAt: at(140 * minute) };
  const welcome = { status: status([executing, attention, reviewed]), link, logPath: "/l", detached: true };
  expect(welcomeLines(welcome, layout).slice(9, -1)).toEqual([
    "1 spec goes on:",
    "  shop  SPC-1  Executing  Add /health (4 of 12 proven)",
    "1 spec waits for you:",
    "  shop  SPC-3  Needs you  Add /health (4 of 12 proven)",
    "1 pull request to review:",
    "  shop  SPC-2  In review  Add /version (1 of 1 proven)",
  ]);
});

test("what a person paused goes on when they say so; what waits for its provider goes on by itself", () => {
  const paused = (label: string, pausedBy: "person" | "provider"): SpecStanding => ({
    ...executing,
    spec: specView("executing", { label, pausedBy, pausedReason: "because" }),
  });
  const link = { url: "http://127.0.0.1:18000/sign-in?code=x", expiresAt: at(140 * minute) };
  const both = status([paused("SPC-1", "person"), paused("SPC-2", "provider")]);
  expect(welcomeLines({ status: both, link, logPath: "/l", detached: true }, layout).slice(9, -1)).toEqual([
    "1 spec goes on:",
    "  shop  SPC-2  Paused  Add /health (4 of 12 proven)",
    "1 spec waits for you:",
    "  shop  SPC-1  Paused  Add /health (4 of 12 proven)",
  ]);
});

test("a changed file that is not in force yet is said, with what puts it in force", () => {
  const lines = statusLines({ ...status([]), configChanges: ["scheduler.slots"] }, layout).join(" ");
  expect(lines).toMatch(/config.*omoios stop and omoios up:\s+scheduler\.slots/u);
});
