import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PullRequestFacts } from "./pull-request-facts.ts";
import { maxBodyBytes, pullRequestText } from "./pull-request-text.ts";

describe("whatever agents and repositories put into it", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.constantFrom(
      "@everyone",
      "closes #1",
      "<img src=x>",
      "| a | b |",
      "```\n# x",
      "![x](http://x.example)",
      "</details>",
      "x\n## Fake",
      "[!NOTE]",
      "😀".repeat(3000),
    ),
  );
  const many = <Value>(one: fc.Arbitrary<Value>): fc.Arbitrary<readonly Value[]> =>
    fc
      .tuple(fc.array(one, { maxLength: 4 }), fc.constantFrom(1, 90))
      .map(([items, times]) => Array.from({ length: times }, () => items).flat());
  const count = fc.option(fc.nat());
  const proof = fc.record({
    evidenceId: text,
    command: text,
    directory: text,
    passed: fc.boolean(),
    exitCode: fc.option(fc.nat({ max: 255 })),
    timedOut: fc.boolean(),
    durationMs: fc.nat(),
    commit: text,
  });
  const hostile: fc.Arbitrary<PullRequestFacts> = fc.record({
    spec: fc.record({
      label: text,
      title: text,
      request: text,
      branch: text,
      baseBranch: text,
      plannedOn: text,
      baseCommit: text,
      headCommit: text,
    }),
    discovered: many(
      fc.record({
        ...{ label: text, title: text, task: fc.option(text), reason: fc.option(text) },
        decidedBy: fc.constantFrom("policy" as const, "person" as const, null),
      }),
    ),
    criteria: many(
      fc.record({
        label: text,
        text,
        standing: fc.constantFrom("met" as const, "unmet" as const, "judged" as const),
        reason: text,
        proofs: fc.array(proof, { maxLength: 9 }),
        verdict: fc.option(
          fc.record({ met: fc.boolean(), confidence: fc.double({ min: 0, max: 1, noNaN: true }), reasoning: text }),
        ),
        commits: fc.array(text),
        files: fc.array(text),
      }),
    ),
    files: many(
      fc.record({
        path: text,
        status: fc.constantFrom("added" as const, "modified" as const, "deleted" as const),
        addedLines: count,
        removedLines: count,
      }),
    ),
    tasks: many(
      fc.record({ label: text, title: text, attempts: fc.nat(), turns: fc.array(text), agentSummary: fc.option(text) }),
    ),
    notDone: many(text),
    assumptions: many(text),
    findings: many(
      fc.record({
        severity: fc.constantFrom("hold" as const, "note" as const),
        rule: text,
        path: fc.option(text),
        message: text,
      }),
    ),
    interventions: many(
      fc.record({
        task: text,
        attempt: fc.nat(),
        kind: fc.constantFrom("nudge" as const, "restart" as const),
        reason: text,
      }),
    ),
    conflicts: many(
      fc.record({
        ...{ task: text, paths: fc.array(text) },
        resolvedBy: fc.constantFrom("agent" as const, "person" as const, null),
      }),
    ),
    baseMerges: many(fc.record({ task: text, mended: fc.boolean(), subjects: many(text) })),
    decisions: many(fc.record({ what: text, by: fc.constantFrom("policy" as const, "person" as const) })),
    waitedMs: fc.nat(),
    cost: fc.constant([{ layer: "plan" as const, calls: 1, inputTokens: 1, outputTokens: 1, usdMicros: 1 }]),
    isolation: fc.record({
      level: fc.constantFrom("none" as const, "partial" as const, "full" as const),
      provider: text,
      reason: fc.option(text),
    }),
    scripted: fc.record({ model: fc.boolean(), agent: fc.boolean() }),
    checkout: many(text),
    verify: many(text),
  });
  const headings = [
    "Acceptance criteria",
    "Read in this order",
    "What was not done",
    "What was assumed",
    "Left for you",
    "How it was made",
    "What it cost",
    "Prove it yourself",
  ];

  test("it stays within the forge's limit, keeps its own headings only, mentions nobody and embeds nothing", () => {
    fc.assert(
      fc.property(hostile, (given) => {
        const written = pullRequestText(given);
        expect(new TextEncoder().encode(written.body).length).toBeLessThanOrEqual(maxBodyBytes);
        expect(written.title).not.toMatch(/\n/u);
        const prose = written.body
          .replace(/^(`{3,})sh\n[^]*?\n\1$/gmu, "")
          .replace(/(?<![`\\])(`+)(?!`)(?:[^`]|(?!\1(?!`))`+)*?(?<!`)\1(?!`)/gu, "code");
        for (const [, heading] of prose.matchAll(/^#+ (.*)$/gmu)) expect(headings).toContain(heading);
        expect(prose).not.toMatch(/@\w|(?<!\\)!\[|<img|(?<!<)<\/details>\S|closes #\d/u);
        for (const row of prose.matchAll(/^\|.*$/gmu)) expect(row[0].match(/\|/gu)?.length).toBe(6);
      }),
      { numRuns: 25 },
    );
  }, 120_000);
});
