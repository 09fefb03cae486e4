import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cannotFail } from "./check-command.ts";
import { readEars } from "./ears.ts";
import { gateRules, judgeDirectPlan, textRules, treePathProblem, type DirectPlanShape } from "./gate.ts";
import { vagueWords } from "./vague-words.ts";

const good: DirectPlanShape = {
  title: "Health endpoint",
  requirement: {
    text: "WHEN a client requests GET /health, the service SHALL answer 200 with the body ok",
    criterion: "GET /health on a started service answers status 200 and the text ok",
  },
  check: {
    command: "node --test test/health.test.mjs",
    directory: ".",
    files: [{ path: "test/health.test.mjs", content: "…" }],
  },
  task: { title: "Add the endpoint", declaredFiles: ["src/server.mjs", "docs/"] },
};

function refusals(change: Partial<DirectPlanShape>): readonly string[] {
  return judgeDirectPlan({ ...good, ...change }).map((finding) => `${finding.rule} at ${finding.at}`);
}
const requirement = (text: string, criterion = good.requirement.criterion): Partial<DirectPlanShape> => ({
  requirement: { text, criterion },
});
const check = (change: Partial<DirectPlanShape["check"]>): Partial<DirectPlanShape> => ({
  check: { ...good.check, ...change },
});
const declared = (...declaredFiles: readonly string[]): Partial<DirectPlanShape> => ({
  task: { title: "Task", declaredFiles },
});

describe("the gate of a direct plan", () => {
  test("lets a good plan pass", () => {
    expect(judgeDirectPlan(good)).toEqual([]);
  });

  test("refuses what the original let through with 0.90: when maybe, with an empty criterion", () => {
    expect(refusals(requirement("when maybe", ""))).toEqual([
      "ears-form at requirement.text",
      "vague-words at requirement.text",
      "placeholder at requirement.criterion",
    ]);
  });

  test.each<[Partial<DirectPlanShape>, readonly string[]]>([
    [{ title: " a " }, ["title at title"]],
    [{ title: "x".repeat(81) }, ["title at title"]],
    [{ title: "two\nlines" }, ["title at title"]],
    [{ task: { ...good.task, title: "" } }, ["title at task.title"]],
    [requirement("The page is there"), ["ears-form at requirement.text"]],
    [requirement("The page SHALL be fast and open the MUSTARD view"), ["vague-words at requirement.text"]],
    [requirement("TBD"), ["placeholder at requirement.text"]],
    [requirement(good.requirement.text, "Works as expected."), ["placeholder at requirement.criterion"]],
    [requirement(good.requirement.text, "<one observable outcome>"), ["placeholder at requirement.criterion"]],
    [requirement(good.requirement.text, "Criterion 1"), ["placeholder at requirement.criterion"]],
    [
      requirement(good.requirement.text, "The errors are handled properly, logged etc."),
      ["vague-words at requirement.criterion"],
    ],
    [
      requirement(good.requirement.text, `${good.requirement.text.toUpperCase()}!`),
      ["criterion-restates-requirement at requirement.criterion"],
    ],
    [check({ command: "npm test || true" }), ["check-cannot-fail at check.command"]],
    [check({ directory: "/etc" }), ["path at check.directory"]],
    [check({ directory: "packages/app" }), []],
    [
      check({
        files: [
          { path: "../x.test.js", content: "" },
          { path: "a/.GIT/hooks/x", content: "" },
        ],
      }),
      ["path at check.files[0].path", "path at check.files[1].path"],
    ],
    [
      check({
        files: [
          { path: "t/a.js", content: "" },
          { path: "T/a.js", content: "" },
        ],
      }),
      ["path at check.files[1].path"],
    ],
    [check({ files: [{ path: "docs/x.test.js", content: "" }] }), ["proof-owned-by-task at check.files[0].path"]],
    [check({ files: [{ path: "src/server.mjs", content: "" }] }), ["proof-owned-by-task at check.files[0].path"]],
    [declared(), ["declared-files at task.declaredFiles"]],
    [
      declared("/etc/passwd", "src/", "a/../../b", ".git/config", "./src", "a//b", "C:\\x", "~/x", " x", "/"),
      [
        "path at task.declaredFiles[0]",
        "path at task.declaredFiles[2]",
        "path at task.declaredFiles[3]",
        "path at task.declaredFiles[4]",
        "path at task.declaredFiles[5]",
        "path at task.declaredFiles[6]",
        "path at task.declaredFiles[7]",
        "path at task.declaredFiles[8]",
        "path at task.declaredFiles[9]",
      ],
    ],
    [declared("test"), ["proof-owned-by-task at check.files[0].path"]],
    [declared("**"), ["proof-owned-by-task at check.files[0].path"]],
  ])("%j", (change, expected) => {
    expect(refusals(change)).toEqual(expected);
  });

  test("says of each finding what is wrong and what to do, on one line", () => {
    const findings = judgeDirectPlan({
      title: "",
      requirement: { text: "the page is fast\u202E", criterion: "todo" },
      check: { command: "true", directory: "..", files: [{ path: "src/a.js", content: "" }] },
      task: { title: "", declaredFiles: ["src/", ""] },
    });
    expect(new Set(findings.map((finding) => finding.rule)).size).toBe(textRules.length - 2);
    for (const finding of findings) {
      expect(finding.message).toMatch(/^[^\n\u202E]{10,}$/u);
      expect(finding.fix).toMatch(/^[A-Z][^\n]{10,}[^.]$/u);
    }
  });

  test("judges whatever a model may answer without failing", () => {
    const text = fc.string({ unit: "binary", maxLength: 40 });
    const plan = fc.record({
      title: text,
      requirement: fc.record({ text, criterion: text }),
      check: fc.record({
        command: text,
        directory: text,
        files: fc.array(fc.record({ path: text, content: text }), { maxLength: 3 }),
      }),
      task: fc.record({ title: text, declaredFiles: fc.array(text, { maxLength: 3 }) }),
    });
    fc.assert(
      fc.property(plan, (answer) => judgeDirectPlan(answer).every((finding) => gateRules.includes(finding.rule))),
    );
  });
});

describe("EARS", () => {
  test.each([
    ["The service SHALL answer within 200 ms", "ubiquitous"],
    ["the service shall not log passwords", "ubiquitous"],
    ["WHEN a user signs in, the service SHALL set a cookie", "event"],
    ["WHILE offline, the app SHALL queue changes", "state"],
    ["WHERE SSO is licensed, the service SHALL offer it", "optional"],
    ["IF the disk is full, THEN the service SHALL refuse uploads", "unwanted"],
    ["IF the disk is full THEN the service SHALL refuse uploads", "unwanted"],
    ["WHILE offline, WHEN a user saves, the app SHALL queue the change", "complex"],
    ["WHEN ユーザーが開く、システムは SHALL 200 を返す", "event"],
  ])("%s is %s", (text, form) => {
    expect(readEars(text)).toEqual({ ok: true, form });
  });

  test.each([
    ["The service should answer", "it has no SHALL"],
    ["The SHALLOW copy is made", "it has no SHALL"],
    ["The service SHALL", "nothing follows SHALL"],
    ["The service SHALL NOT …", "nothing follows SHALL"],
    ["SHALL answer", "nobody is named before SHALL"],
    ["WHEN , the service SHALL answer", "no condition follows WHEN"],
    ["WHEN asked the service SHALL answer", "nothing separates the condition after WHEN from who has to do it"],
    ["WHEN asked, SHALL answer", "nobody is named before SHALL"],
    ["IF asked, the service SHALL answer", "IF has no THEN"],
  ])("%s: %s", (text, message) => {
    expect(readEars(text)).toEqual({ ok: false, message });
  });
});

describe("vague words", () => {
  test.each<[string, readonly string[]]>([
    ["The page should be fast, user-friendly and Fast etc.", ["fast", "user-friendly", "etc"]],
    ["The errors are handled as needed, and so on", ["as needed", "and so on"]],
    ["The fast-forward merge and the breakfast menu are shown", []],
    ['The button "Fast checkout" and `quick` are shown', []],
    ["Der Dienst SHALL fast sofort antworten und ist nicht offen", []],
    ["Сервис SHALL fast", []],
    ["fast", ["fast"]],
    ["The tool reads /etc/hosts, ./fast/index.ts, slow.log and https://easy.example?speed=fast", []],
    ["`load` is called with --mode=fast (~/etc is left alone)", []],
    ["As soon as it is up it asks as often as it is told to, then exits normally with code 0", []],
    ["It answers as soon as possible and normally with a page", ["soon", "normally"]],
    ["The answer is fast/efficient. It is nice.", ["fast", "efficient", "nice"]],
  ])("%s: %j", (text, words) => {
    expect(vagueWords(text)).toEqual(words);
  });
});

describe("a check command", () => {
  test.each([
    "",
    "# only a comment",
    "true",
    "/bin/true",
    ":",
    "exit 0",
    "echo ok",
    "FOO=1 true",
    "npm test || true",
    "npm test || :",
    'npm test || echo "failed"',
    "npm test; true",
    "npm test; echo done # fine",
    "npm test\nexit 0",
    "npm test | tail -5",
    "npm test 2>&1 | tee log.txt",
    "npm test &",
    "npm test && echo ok || true",
    "(npm test; true)",
    "echo a | cat",
    "set -o pipefail; echo a | cat",
  ])("that cannot fail: %j", (command) => {
    expect(cannotFail(command)).toBe(true);
  });

  test.each([
    "npm test",
    "npm test 2>&1",
    "npm test &> log",
    "npm test && echo ok",
    "true && npm test",
    "false || npm test",
    "test -f a || exit 1; echo ok",
    "set -e; npm test; echo ok",
    "set -o pipefail; npm test | tail -5",
    "curl -s localhost | grep -q ok",
    'grep -q "|| true" file',
    "grep -q '; exit 0' file",
    "test $(npm test | tail -1) = ok",
    "node server.js & sleep 1; curl -f localhost",
    "if grep -q x f; then exit 0; else exit 1; fi",
    "! grep x f",
    "cd app && node --test \\\n  a.test.js",
    "exit",
  ])("that can fail: %j", (command) => {
    expect(cannotFail(command)).toBe(false);
  });
});

test("a path in the tree is relative, visible and in one spelling", () => {
  const paths = [
    "src/a.ts",
    "a",
    "app/[id]/page.tsx",
    "Straße/ä.md",
    ".github/workflows/x.yml",
    "",
    "a\u202Eb",
    "git~1/x",
    "a/./b",
  ];
  expect(paths.map((path) => treePathProblem(path) === null)).toEqual([
    true,
    true,
    true,
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});
