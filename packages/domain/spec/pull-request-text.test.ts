import { describe, expect, test } from "vitest";
import type { PullRequestCriterion, PullRequestFacts } from "./pull-request-facts.ts";
import { pullRequestText } from "./pull-request-text.ts";

const met: PullRequestCriterion = {
  label: "REQ-1.1",
  text: "GET /health answers 200 and ok",
  standing: "met",
  reason: "its check passed on this tree and the validator agrees",
  proofs: [
    {
      evidenceId: "0198aaaa-1111",
      command: "node --test test/health.test.mjs",
      directory: ".",
      passed: true,
      exitCode: 0,
      timedOut: false,
      durationMs: 1240,
      commit: "abcdef0123456789",
    },
  ],
  verdict: { met: true, confidence: 0.9, reasoning: "The check asked the running server and saw 200." },
  commits: ["1234567890abcdef"],
  files: ["src/server.mjs"],
};
const facts: PullRequestFacts = {
  spec: {
    label: "SPC-7",
    title: "Health endpoint",
    request: "Add a health endpoint",
    branch: "spec/SPC-7-health-endpoint",
    baseBranch: "main",
    plannedOn: "99999999aaaa",
    baseCommit: "99999999aaaa",
    headCommit: "abcdef0123456789",
  },
  criteria: [met],
  files: [
    { path: "package-lock.json", status: "modified", addedLines: 400, removedLines: 12 },
    { path: "src/server.mjs", status: "modified", addedLines: 1012, removedLines: 2 },
    { path: "db/migrations/1.sql", status: "added", addedLines: null, removedLines: null },
  ],
  tasks: [
    {
      label: "TSK-001",
      title: "Add the endpoint",
      attempts: 2,
      turns: ["Attempt 2 starts afresh"],
      agentSummary: "Added it.",
    },
  ],
  notDone: [],
  assumptions: ["The port is 8080"],
  discovered: [
    { label: "DSC-1", title: "Close the *handle*", task: "TSK-004", decidedBy: "policy", reason: null },
    { label: "DSC-2", title: "Add a cache", task: "TSK-005", decidedBy: "person", reason: null },
    { label: "DSC-3", title: "Write docs", task: null, decidedBy: null, reason: "Nothing would prove it" },
    { label: "DSC-4", title: "Rename it", task: null, decidedBy: "person", reason: null },
  ],
  findings: [
    { severity: "note", rule: "dependencies", path: "package.json", message: "a dependency was added" },
    { severity: "hold", rule: "too-large", path: null, message: "many files" },
  ],
  interventions: [{ task: "TSK-001", attempt: 1, kind: "restart", reason: "No output for 9 min" }],
  conflicts: [{ task: "TSK-001", paths: ["src/server.mjs"], resolvedBy: "agent" }],
  baseMerges: [{ task: "TSK-006", mended: false, subjects: ["Mend the *build*"] }],
  decisions: [{ what: "Approved the plan", by: "policy" }],
  waitedMs: 0,
  cost: [
    { layer: "prove", calls: 1, inputTokens: 1200, outputTokens: 80, usdMicros: 12_000 },
    { layer: "plan", calls: 2, inputTokens: 5400, outputTokens: 900, usdMicros: 30_000 },
  ],
  isolation: { level: "full", provider: "local", reason: null },
  scripted: { model: false, agent: false },
  checkout: ["omoios pr take SPC-7", "git switch spec/SPC-7-health-endpoint"],
  verify: ["node --test test/health.test.mjs"],
};
const body = (change: Partial<PullRequestFacts>): string => pullRequestText({ ...facts, ...change }).body;

test("reads like this", () => {
  expect(pullRequestText(facts)).toMatchInlineSnapshot(`
    {
      "body": "**SPC-7** was asked for as:

    > Add a health endpoint

    **1 of 1 acceptance criterion is proven** on \`abcdef01\`, by 1 run of a check in a sandbox the agent had no hand in.

    \`spec/SPC-7-health-endpoint\` → \`main\`, from \`99999999\`: 3 files, +1,412 −14 lines.

    - **Work:** 1 task in 2 attempts, 1 intervention of the watcher
    - **Conflict:** \`src/server.mjs\` (TSK-001), resolved by an agent, under an audit of the lines of both sides
    - **People:** nobody had to decide anything
    - **Cost:** 0.042 USD for 3 model calls: plan 0.03 USD, prove 0.012 USD

    ## Left for you

    - **Held for a person.** many files (too-large)
    - **DSC-3** Write docs: Nothing would prove it

    ## Acceptance criteria

    |  | Criterion | Proven by | Commits | Files |
    | --- | --- | --- | --- | --- |
    | ✅ | **REQ-1.1** GET /health answers 200 and ok | \`node --test test/health.test.mjs\`: exit code 0, 1.2 s<br>Validator: met (0.90) | \`12345678\` | \`src/server.mjs\` |

    <details><summary>Every run of a check, and what the validator says</summary>

    - **REQ-1.1** \`node --test test/health.test.mjs\`: exit code 0, evidence \`0198aaaa\` on \`abcdef01\`. The check asked the running server and saw 200.

    </details>

    ## Read in this order

    1. \`db/migrations/1.sql\` binary, added · changes stored data
    2. \`src/server.mjs\` +1,012 −2 · source

    <details><summary>1 generated or locked file</summary>

    - \`package-lock.json\` +400 −12 · generated or locked

    </details>

    ## What was assumed

    - The port is 8080

    ## How it was made

    <details><summary>Every task, what came up on the way, and who decided</summary>

    - **TSK-001** Add the endpoint: 2 attempts. Attempt 2 starts afresh. The agent says: Added it.

    What the watcher did:

    - TSK-001, attempt 1: restarted. No output for 9 min

    What agents came upon:

    - **DSC-1** Close the \\*handle\\*: became TSK-004, within the limits
    - **DSC-2** Add a cache: became TSK-005, as a person decided
    - **DSC-4** Rename it: dismissed

    What came in from \`main\`:

    - Mend the \\*build\\*

    What the rules noted:

    - \`package.json\`: a dependency was added (dependencies)

    What was decided:

    - Approved the plan (by policy, --yes)

    </details>

    ## What it cost

    <details><summary>0.042 USD by layer</summary>

    | Layer | Model calls | Tokens in | Tokens out | Cost |
    | --- | --- | --- | --- | --- |
    | plan | 2 | 5,400 | 900 | 0.03 USD |
    | prove | 1 | 1,200 | 80 | 0.012 USD |
    | **all** | 3 | 6,600 | 980 | 0.042 USD |

    </details>

    ## Prove it yourself

    \`\`\`sh
    omoios pr take SPC-7
    git switch spec/SPC-7-health-endpoint
    \`\`\`

    <details><summary>Every check, as commands for that checkout</summary>

    \`\`\`sh
    node --test test/health.test.mjs
    \`\`\`

    </details>
    ",
      "title": "SPC-7: Health endpoint",
    }
  `);
});

describe("the text", () => {
  test("starts with what limits its worth", () => {
    const text = body({
      isolation: { level: "none", provider: "local", reason: "bubblewrap is missing" },
      scripted: { model: true, agent: true },
    });
    expect(text.split("\n\n").slice(0, 2)).toEqual([
      "> [!WARNING]\n> **Isolation: none.** This code was written and checked in the sandbox `local`, which held nothing back. Why: bubblewrap is missing",
      "> [!NOTE]\n> The words of the model and the agent were played from a script. Files, commits, sandboxes, checks and their results are real.",
    ]);
    expect(
      body({
        isolation: { level: "partial", provider: "seatbelt", reason: null },
        scripted: { model: false, agent: true },
      }),
    ).toMatch(/Isolation: partial.*held back only part[^]*The words of the agent were/u);
  });

  test("puts what is not proven first and says why", () => {
    const [proof] = met.proofs;
    const red = {
      ...met,
      label: "REQ-2",
      standing: "unmet" as const,
      reason: "check failed",
      verdict: { met: false, confidence: 0.75, reasoning: "It answers 500." },
      proofs:
        proof === undefined ? [] : [{ ...proof, evidenceId: "red", directory: "app", passed: false, exitCode: 1 }],
    };
    const text = body({
      criteria: [
        met,
        { ...met, label: "REQ-3", standing: "judged", reason: "no check", proofs: [], verdict: null },
        red,
        { ...red, label: "REQ-4" },
      ],
    });
    expect(text).toContain("**1 of 4 acceptance criteria are proven**");
    expect(text).toContain("**2 are not met.** **1 no check can prove: please look at it yourself.**");
    expect(
      Array.from(text.matchAll(/^\| (\S+) \| \*\*(REQ-[\d.]+)/gmu), ([, mark, label]) => `${mark} ${label}`),
    ).toEqual(["❌ REQ-2", "❌ REQ-4", "👀 REQ-3", "✅ REQ-1.1"]);
    expect(text).toContain(
      "_check failed_<br>`node --test test/health.test.mjs`: **failed with exit code 1**, 1.2 s<br>Validator: not met (0.75)",
    );
    expect(text).toContain(
      "- **REQ-2** `node --test test/health.test.mjs` in `app`: **failed with exit code 1**, evidence `red` on `abcdef01`. It answers 500.",
    );
    expect(body({ criteria: [red, { ...met, standing: "judged" }, { ...met, standing: "judged" }] })).toMatch(
      /1 is not met.*2 no check can prove: please look at them/u,
    );
  });

  test("leaves out what there is nothing to say about", () => {
    const text = body({
      ...{ criteria: [], files: [], tasks: [], assumptions: [], discovered: [], findings: [] },
      ...{ interventions: [], conflicts: [], baseMerges: [], decisions: [], cost: [], checkout: [], verify: [] },
    });
    expect(Array.from(text.matchAll(/^## (.*)$/gmu), ([, heading]) => heading)).toEqual([]);
    expect(text.trimEnd().split("\n").at(-1)).toBe("- **People:** nobody had to decide anything");
  });

  test("calls a price unknown when a part of it is", () => {
    const text = body({
      cost: [{ layer: "plan", calls: 1, inputTokens: 1, outputTokens: 1, usdMicros: null }, ...facts.cost.slice(0, 1)],
    });
    expect(text).toContain("| **all** | 2 | 1,201 | 81 | unknown price |");
    expect(text).toContain("- **Cost:** unknown price for 2 model calls: plan unknown price, prove 0.012 USD");
    expect(body({ cost: facts.cost.slice(0, 1) })).not.toContain("**all**");
    expect(body({ cost: [{ layer: "watch", calls: 0, inputTokens: 0, outputTokens: 0, usdMicros: 0 }] })).not.toContain(
      "cost",
    );
  });

  test("shows a command whole or says that it does not", () => {
    const text = body({ verify: ["npm test", `echo ${"x".repeat(20_000)}`, "true"] });
    expect(text).toContain("```sh\nnpm test\n```\n\n2 commands are too long to be shown here.");
    expect(body({ checkout: [`echo ${"x".repeat(20_000)}`] })).toContain(
      "## Prove it yourself\n\n1 command is too long",
    );
  });

  test("folds away what machines wrote, also when that is all there is", () => {
    const text = body({ files: facts.files.slice(0, 1) });
    expect(text).toContain(
      "## Read in this order\n\n<details><summary>1 generated or locked file</summary>\n\n- `package-lock.json` +400 −12 · generated or locked\n\n</details>",
    );
    expect(body({ files: facts.files.slice(1) })).not.toContain("generated or locked file");
  });

  test("says what became of work nobody planned, and what is left", () => {
    const text = body({});
    for (const line of [
      "- **DSC-1** Close the \\*handle\\*: became TSK-004, within the limits",
      "- **DSC-2** Add a cache: became TSK-005, as a person decided",
      "## Left for you\n\n- **Held for a person.** many files (too-large)\n- **DSC-3** Write docs: Nothing would prove it",
      "- **DSC-4** Rename it: dismissed",
    ])
      expect(text).toContain(line);
    expect(body({ discovered: [], findings: [] })).not.toMatch(/Left for you|came upon|rules noted/u);
  });

  test("nudges are told as nudges, and what a person decided as theirs", () => {
    const interventions = [{ task: "TSK-001", attempt: 2, kind: "nudge" as const, reason: "quiet" }];
    const text = body({ interventions, decisions: [{ what: "Plan approved", by: "person" }] });
    expect(text).toContain("- TSK-001, attempt 2: nudged. quiet");
    expect(text).toContain("- Plan approved (by a person)");
  });
});
