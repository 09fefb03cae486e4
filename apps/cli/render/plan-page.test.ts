import { describe, expect, test } from "vitest";
import type { PlanView } from "@omoios/contract/http-plan";
import { specView } from "../testing/sample-run.ts";
import { cells } from "./columns.ts";
import { createPaint } from "./paint.ts";
import { planPageLines, planSteps } from "./plan-page.ts";
import { specLines } from "./spec-lines.ts";

const layout = { paint: createPaint({ colour: false, unicode: true }), width: 80 };
const long = "that goes on for much longer than a line of eighty columns has room for, whatever is done about it";
const numbers = (size: number): readonly number[] => Array.from({ length: size }, (_, index) => index + 1);

/** A plan of twelve tasks, with as much to know about it as a plan may have. */
function largePlan(): PlanView {
  const requirements = numbers(9).map((number) => ({
    id: `REQ-${number}`,
    text: `WHEN part ${number} is asked for, the service SHALL answer with something ${long}`,
    priority: "must" as const,
    criteria: [
      { id: `REQ-${number}.1`, text: `It answers ${long}`, proof: "check" as const },
      ...(number === 9 ? [{ id: "REQ-9.2", text: "It looks good", proof: "judged" as const }] : []),
    ],
  }));
  const tasks = numbers(12).map((number) => ({
    ...{
      id: `part-${number}`,
      ticket: "parts",
      title: `Build part ${number} \u001b[2Jof the service`,
      description: long,
    },
    ...{ mode: "implementation" as const, priority: "medium" as const, needs: number === 1 ? [] : ["part-1"] },
    ...{ criteria: [`REQ-${Math.min(9, number)}.1`], requiresGit: false, requiresTests: true, complexity: 0.3 },
    declaredFiles: number === 2 ? ["src/part-2.ts", ".github/workflows/ci.yml", "package.json"] : [`src/${number}.ts`],
  }));
  const checks = numbers(9).map((number) => ({
    ...{ criterion: `REQ-${number}.1`, command: `node --test checks/${number}.test.ts`, directory: "." },
    ...{ timeoutSeconds: 60, files: [{ path: `checks/${number}.test.ts`, content: "assert.ok(true);\n" }] },
  }));
  const texts = numbers(6).map((number) => `Number ${number} ${long}`);
  return {
    prd: {
      ...{ title: "All parts", problem: long, goals: texts, users: [{ name: "Ada", need: long }], stories: [] },
      ...{ scopeIn: texts, scopeOut: texts, constraints: texts, assumptions: [], questions: [] },
      risks: texts.map((risk) => ({ risk, answer: long })),
    },
    requirements: { title: "All parts", requirements, assumptions: texts },
    design: null,
    work: { tickets: [{ id: "parts", title: "Parts" }], tasks, checks },
    sync: null,
    stale: [],
    standing: [{ phase: "PRD", output: "PRD@1", score: 0.87 }],
  };
}

const waiting = specView("awaiting_approval", {
  plan: largePlan(),
  goal: { met: 0, total: 0 },
  requirements: [],
  criteria: [],
});

describe("a plan that waits for approval", () => {
  const lines = planPageLines(waiting, layout);
  const page = lines.join("\n");

  test("of twelve tasks is one page, no line wider than the terminal", () => {
    expect(lines.length + planSteps(waiting).length).toBeLessThanOrEqual(54);
    expect(lines.filter((line) => cells(line) > 80)).toEqual([]);
    expect(page).not.toContain("\u001b[2J");
  });

  test("names every requirement and task, what a person judges, and what is delicate", () => {
    for (const number of numbers(9)) expect(page).toContain(`REQ-${number}`);
    for (const number of numbers(12)) expect(page).toContain(`part-${number} `);
    expect(page).toMatch(/REQ-9 .* 2 criteria/u);
    expect(page).toMatch(/part-2 .* after 1; 3 files/u);
    expect(page).toContain("9 for 9 of 10 criteria");
    expect(page).toContain("judge REQ-9.2");
    expect(page).toMatch(/\.github\/workflows\/ci\.yml: a continuous integration/u);
    expect(page).toContain("package.json: names the packages");
    expect(page).toMatch(/Number 3 .*… \(and 3 more\)$/mu);
  });

  test("is what spec show prints, with the ways on; --full prints every word and what checks bring", () => {
    const shown = { ...layout, now: new Date("2026-03-01T12:00:00Z") };
    const short = specLines(waiting, { ...shown, isFull: false }).join("\n");
    expect(short).toContain(page);
    for (const way of ["--full", "spec approve", "spec edit SPC-1 REQ-1", "spec reject"]) expect(short).toContain(way);
    const full = specLines(waiting, { ...shown, isFull: true }).join("\n");
    expect(full).toContain("assert.ok(true);");
    expect(full).toContain("10 criteria planned");
    expect(full.split("\n").length).toBeGreaterThan(100);
  });
});
