import fc from "fast-check";
import { expect, test } from "vitest";
import { chooseAdmissions, type AdmissionCandidate } from "./admit.ts";

const base = new Date("2026-01-01T00:00:00Z").getTime();
const candidate = (taskId: string, change: Partial<AdmissionCandidate> = {}): AdmissionCandidate => ({
  taskId,
  projectId: "p",
  score: 0.5,
  readyAt: new Date(base),
  number: 1,
  ...change,
});

test("the best first; of equals who waits longest, then the lowest number, then the id", () => {
  const ready = [
    candidate("f"),
    candidate("e"),
    candidate("d", { number: 0 }),
    candidate("c", { readyAt: new Date(base - 1), number: 9 }),
    candidate("b", { score: 0.9, readyAt: new Date(base + 9) }),
  ];
  const free = { global: 9, byProject: new Map([["p", 9]]) };
  expect(chooseAdmissions({ ready, free })).toEqual(["b", "c", "d", "e", "f"]);
});

test("a full project lets others pass; one without slots gets none", () => {
  const ready = [
    candidate("a", { score: 0.9 }),
    candidate("b", { score: 0.8 }),
    candidate("c", { projectId: "q" }),
    candidate("d", { projectId: "r" }),
  ];
  expect(
    chooseAdmissions({
      ready,
      free: {
        global: 9,
        byProject: new Map([
          ["p", 1],
          ["q", 1],
        ]),
      },
    }),
  ).toEqual(["a", "c"]);
});

test("never exceeds a limit, leaves no slot free that a task could take, whatever order the rows have", () => {
  const one = fc.record({
    projectId: fc.constantFrom("p", "q", "r"),
    score: fc.constantFrom(0.1, 0.5, 0.9),
    readyAt: fc.nat({ max: 2 }).map((ms) => new Date(base + ms)),
    number: fc.nat({ max: 3 }),
  });
  const slots = fc.nat({ max: 4 });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 20 }), slots, fc.tuple(slots, slots), (rows, global, [p, q]) => {
      const ready = rows.map((row, index) => ({ ...row, taskId: `t${index}` }));
      const free = {
        global,
        byProject: new Map([
          ["p", p],
          ["q", q],
        ]),
      };
      const chosen = chooseAdmissions({ ready, free });
      const count = (project: string, ids: readonly string[]): number =>
        ready.filter((row) => row.projectId === project && ids.includes(row.taskId)).length;
      const all = ready.map((row) => row.taskId);
      expect(new Set(chosen).size).toBe(chosen.length);
      expect(count("p", chosen)).toBeLessThanOrEqual(p);
      expect(count("q", chosen)).toBeLessThanOrEqual(q);
      expect(chosen.length).toBe(Math.min(global, Math.min(p, count("p", all)) + Math.min(q, count("q", all))));
      expect(chooseAdmissions({ ready: [...ready].reverse(), free })).toEqual(chosen);
    }),
  );
});
