import { describe, expect, test } from "vitest";
import { FaultError } from "@omoios/domain/shared/fault";
import { specView } from "../testing/sample-run.ts";
import { spell, stopwatch } from "./ages.ts";
import { cleanBlock } from "./clean-text.ts";
import { table, truncateStart, wrap } from "./columns.ts";
import { diffLines } from "./diff-lines.ts";
import { describeFailure, failureLines } from "./failure.ts";
import { LogText } from "./log-text.ts";
import { markdownLines } from "./markdown-lines.ts";
import { createPaint, paintOptions } from "./paint.ts";
import { specLines } from "./spec-lines.ts";

const paint = createPaint({ colour: false, unicode: true });
const layout = { paint, width: 80 };

describe("columns", () => {
  test("words longer than a line are cut, and wide characters count twice", () => {
    expect(wrap("a bbbbbbbbbbbb c", 8)).toEqual(["a", "bbbbbbbb", "bbbb c"]);
    expect(wrap("日本語日本語", 8)).toEqual(["日本語日", "本語"]);
  });

  test("the end of a path is kept", () => {
    expect(truncateStart("/home/ada/work/shop", 10)).toBe("…work/shop");
  });

  test("the flexible column gives way", () => {
    const rows = [["SPC-1", "a title that is longer than there is room for in it"]];
    expect(table([{ head: "spec" }, { head: "title", flexible: true }], rows, 30)).toEqual([
      "spec   title",
      "SPC-1  a title that is longer…",
    ]);
  });
});

describe("paint", () => {
  test("colour needs a terminal and no refusal", () => {
    expect(paintOptions({}, true, "linux").colour).toBe(true);
    expect(paintOptions({}, false, "linux").colour).toBe(false);
    expect(paintOptions({ NO_COLOR: "1", FORCE_COLOR: "1" }, true, "linux").colour).toBe(false);
    expect(paintOptions({ TERM: "dumb" }, true, "linux").colour).toBe(false);
  });

  test("marks beyond ASCII need a UTF-8 locale", () => {
    expect(paintOptions({ LANG: "C" }, true, "linux").unicode).toBe(false);
    expect(paintOptions({ LC_ALL: "de_DE.UTF-8", LANG: "C" }, true, "linux").unicode).toBe(true);
    expect(paintOptions({}, true, "win32").unicode).toBe(true);
  });
});

describe("times", () => {
  test.each([
    [432, "0.4 s"],
    [34_000, "34 s"],
    [180_000, "3 min"],
    [28_320_000, "7 h 52 min"],
  ])("%d ms is %s", (ms, text) => expect(spell(ms)).toBe(text));

  test("a clock counts hours when there are some", () => {
    expect([stopwatch(7000), stopwatch(3_723_000)]).toEqual(["0:07", "1:02:03"]);
  });
});

describe("failures", () => {
  test("one problem is said at once, with where and how to fix it", () => {
    const fault = new FaultError({
      kind: "invalid",
      message: "The run cannot start",
      problems: [{ at: "--repo", message: "/tmp/x is not a git repository", fix: "git init /tmp/x" }],
    });
    expect(failureLines(describeFailure(fault), layout)).toEqual([
      "error  --repo  /tmp/x is not a git repository",
      "fix    git init /tmp/x",
    ]);
  });

  test("many problems are all listed, each with its fix", () => {
    const problems = [
      { at: "server.prot", message: "is not a known name", fix: "Did you mean server.port?" },
      { at: "scheduler.slots", message: "is too small: at least 1" },
    ];
    const fault = new FaultError({ kind: "invalid", message: "Two things are wrong", problems });
    expect(failureLines(describeFailure(fault), layout)).toEqual([
      "error  Two things are wrong",
      "       server.prot  is not a known name",
      "         fix    Did you mean server.port?",
      "       scheduler.slots  is too small: at least 1",
    ]);
  });

  test("what is no fault is a bug", () => {
    expect(describeFailure(new TypeError("x is undefined"))).toMatchObject({ kind: "bug", exitCode: 1 });
  });
});

describe("output of agents and repositories", () => {
  test("a log line may come in pieces, and what checks wrote is marked as theirs", () => {
    const log = new LogText(paint);
    const at = "2026-03-01T10:00:00.000Z";
    const text = [
      log.render({ at, source: "agent", stream: "stdout", text: "half a " }),
      log.render({ at, source: "agent", stream: "stdout", text: "line\ncheck  | exit 0" }),
      log.render({ at, source: "check", stream: "stdout", text: "exit 1" }),
      log.end(),
    ].join("");
    expect(text).toBe("agent  | half a line\nagent  | check  | exit 0\ncheck  | exit 1\n");
  });

  test("escape sequences in a diff do not reach the terminal", () => {
    expect(diffLines("+\u001b[2Jevil\n-good\n", paint)).toEqual(["+evil", "-good"]);
    expect(cleanBlock("a\u0007b\tc\r\nd")).toBe("ab\tc\nd");
  });

  test("a table that is too wide becomes a block a row; a narrow one is aligned", () => {
    const wideTable = "|  | Criterion | Proven by |\n| --- | --- | --- |\n| ✅ | **REQ-1.1** answers | exit code 0 |";
    expect(markdownLines(wideTable, { paint, width: 30 })).toEqual([
      "  ✅ REQ-1.1 answers",
      "     Proven by  exit code 0",
    ]);
    expect(markdownLines("# Cost\n\n| a | b |\n| --- | --- |\n| 10 | 2 |", layout)).toEqual([
      "Cost",
      "",
      "  a   b",
      "  10  2",
    ]);
  });

  test("what a page folds is open in a terminal", () => {
    const folded = "<details><summary>2 more files</summary>\n\n- `a.ts`\n\n</details>\n\n## Next";
    const lines = markdownLines(folded, { paint, width: 30 });
    expect(lines.join("\n")).toMatch(/^▸ .*2 more files.*\n\n- `a\.ts`\n\n.*Next/u);
  });

  test("escapes that keep a page from reading marks are not shown, and code stays as it is", () => {
    expect(markdownLines("greets **Ada\\!** with `\\d\\.` and a \\_", layout)).toEqual([
      "greets Ada! with `\\d\\.` and a _",
    ]);
    expect(markdownLines("with \\`strict: true\\` it throws `\\d`", layout)).toEqual([
      "with `strict: true` it throws `\\d`",
    ]);
  });
});

test("a spec on one page of 80 columns", () => {
  const lines = specLines(specView("in_review"), { ...layout, now: new Date("2026-03-01T12:00:00Z"), isFull: false });
  expect(lines.join("\n")).toMatchSnapshot();
});
