import { expect, test } from "vitest";
import type { PullRequestFacts } from "./pull-request-facts.ts";
import { glanceSection } from "./pull-request-glance.ts";

const facts: PullRequestFacts = {
  spec: {
    ...{ label: "SPC-7", title: "Health endpoint", request: "Add a health endpoint", branch: "spec/SPC-7" },
    ...{ baseBranch: "main", plannedOn: "99999999aaaa", baseCommit: "99999999aaaa", headCommit: "abcdef0123456789" },
  },
  ...{ criteria: [], files: [], tasks: [], notDone: [], assumptions: [], discovered: [], findings: [] },
  ...{ interventions: [], conflicts: [], baseMerges: [], decisions: [], waitedMs: 0, cost: [] },
  isolation: { level: "full", provider: "local", reason: null },
  scripted: { model: false, agent: false },
  ...{ checkout: [], verify: [] },
};
const glance = (change: Partial<PullRequestFacts>): string =>
  `${glanceSection({ ...facts, ...change }, { rows: 200, text: 600 })}\n`;

test("counts the work, and the watcher's part in it when there was one", () => {
  const task = { label: "TSK-001", title: "Add it", attempts: 2, turns: [], agentSummary: null };
  expect(glance({ tasks: [task, task] })).toContain("- **Work:** 2 tasks in 4 attempts\n");
  const interventions = [{ task: "TSK-001", attempt: 1, kind: "restart" as const, reason: "quiet" }];
  expect(glance({ tasks: [task], interventions })).toContain("1 task in 2 attempts, 1 intervention of the watcher\n");
});

test("says when the base branch moved on, who brought it in, and that all of it was proven again", () => {
  const spec = { ...facts.spec, plannedOn: "11111111bbbb" };
  const moved = "`main` moved on while this was built: `99999999` is merged in";
  expect(glance({})).not.toContain(moved);
  expect(glance({ spec })).toContain(
    `- **Base:** planned on \`11111111\`; ${moved}, and everything was proven again on the result\n`,
  );
  const baseMerges = [
    { task: "TSK-008", mended: false, subjects: ["Say more"] },
    { task: "TSK-009", mended: true, subjects: [] },
  ];
  expect(glance({ spec, baseMerges })).toContain(
    `${moved} by TSK-008 and TSK-009 (an agent mended what it broke), and`,
  );
});

test("says who joined the two sides of a conflict", () => {
  const conflict = { task: "TSK-002", paths: ["a.ts", "b.ts"] };
  const text = glance({
    conflicts: [
      { ...conflict, resolvedBy: "person" },
      ...Array.from({ length: 6 }, () => ({ ...conflict, resolvedBy: null })),
    ],
  });
  expect(text).toContain(
    "- **Conflict:** `a.ts` and `b.ts` (TSK-002), resolved by a person, under an audit of the lines of both sides\n",
  );
  expect(text).toContain("(TSK-002), no longer there: the work went another way\n");
  expect(text).toContain("- **Conflicts:** …and 2 more\n");
});

test("says what people decided and how long they were waited for", () => {
  const decisions = [{ what: "Plan approved", by: "person" as const }];
  expect(glance({ decisions, waitedMs: 240_000 })).toContain(
    "- **People:** 1 decision by people, who were waited for 4 min\n",
  );
  expect(glance({ decisions })).toContain("- **People:** 1 decision by people\n");
});
