import { scenarioStepSchema, type ScenarioStep } from "@omoios/contract/scenario";
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";

const program = join(import.meta.dirname, "agent.ts");
const lineSchema = z.looseObject({ type: z.string() });
type Line = z.infer<typeof lineSchema>;

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "omoios-agent-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** A HOME and a tree with what every test finds in it. */
class Place {
  readonly home: string;
  readonly workspace: string;

  constructor(name: string) {
    this.home = join(root, name, "home");
    this.workspace = join(root, name, "workspace");
  }

  static async create(name: string): Promise<Place> {
    const place = new Place(name);
    await mkdir(place.home, { recursive: true });
    await mkdir(place.workspace, { recursive: true });
    await writeFile(join(place.workspace, "log.txt"), "start\n");
    await writeFile(join(place.workspace, "code.js"), "let a = 1;\n");
    await writeFile(join(place.workspace, "old.txt"), "old\n");
    return place;
  }

  get cursorFile(): string {
    return join(this.home, ".scripted-agent/cursor.json");
  }

  async tree(): Promise<Record<string, string>> {
    const files: Record<string, string> = {};
    for (const entry of await readdir(this.workspace, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      files[path.slice(this.workspace.length + 1)] = await readFile(path, "utf8");
    }
    return files;
  }
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

function launch(place: Place, steps: readonly ScenarioStep[], session = "s1"): Child {
  const child = spawn(process.execPath, [program], {
    env: { PATH: process.env["PATH"], HOME: place.home },
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  // A killed program reads nothing more.
  child.stdin.on("error", () => undefined);
  child.stdin.write(`${JSON.stringify({ session, workspace: place.workspace, steps })}\n`);
  return child;
}

/** Everything it says, handed on line by line as it comes; standard input stays open. */
async function follow(child: Child, onLine: (line: Line) => void = () => undefined) {
  const lines: Line[] = [];
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const closed = once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
  for await (const text of createInterface({ input: child.stdout })) {
    const line = lineSchema.parse(JSON.parse(text));
    lines.push(line);
    onLine(line);
  }
  const [exitCode, signal] = await closed;
  return { lines, stderr, exitCode, signal };
}

const play = (place: Place, steps: readonly ScenarioStep[], session?: string) => follow(launch(place, steps, session));

/** Kills what a launch started, also when the program itself has ended and only its children are left. */
function killGroup(child: Child): void {
  if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
}

/** One of every step that leaves something; `replace` and `append` show any repetition. */
const everything: readonly ScenarioStep[] = [
  { say: "hello" },
  { write: { path: "src/new/file.txt", content: "new\n" } },
  { append: { path: "log.txt", content: "one\n" } },
  { append: { path: "log.txt", content: "two\n" } },
  { replace: { path: "code.js", find: "a", with: "a, aa, a" } },
  { append: { path: "made.txt", content: "made\n" } },
  { run: "cat log.txt > copy.txt; echo done; echo oops >&2; exit 3" },
  { remove: "old.txt" },
  { wait: 1 },
  { submit: "All done" },
];

const outcome = {
  "log.txt": "start\none\ntwo\n",
  "code.js": "let a, aa, a = 1;\n",
  "src/new/file.txt": "new\n",
  "made.txt": "made\n",
  "copy.txt": "start\none\ntwo\n",
};

describe("steps", () => {
  test("are done one after the other and reported", async () => {
    expect(everything.map((step) => scenarioStepSchema.safeParse(step).success)).not.toContain(false);
    const place = await Place.create("a");
    const run = await play(place, everything);
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await place.tree()).toEqual(outcome);
    expect(run.lines.filter((line) => line.type === "step").map((line) => line["index"])).toEqual([
      ...everything.keys(),
    ]);
    expect(run.lines).toContainEqual({ type: "text", text: "hello\n" });
    expect(run.lines).toContainEqual({ type: "output", stream: "stdout", text: "done\n" });
    expect(run.lines).toContainEqual({ type: "output", stream: "stderr", text: "oops\n" });
    expect(run.lines.at(-1)).toEqual({ type: "submitted", summary: "All done" });
  });

  test("end quietly when nothing is submitted", async () => {
    const run = await play(await Place.create("a"), [{ say: "x" }]);
    expect(run).toMatchObject({ exitCode: 0 });
    expect(run.lines.at(-1)).toEqual({ type: "text", text: "x\n" });
  });

  test("fail with the exit code asked for, each time", async () => {
    const place = await Place.create("a");
    for (const _ of [1, 2]) expect(await play(place, [{ fail: { exitCode: 42 } }])).toMatchObject({ exitCode: 42 });
  });

  test.each([
    ["a text that is not there", { replace: { path: "code.js", find: "zzz", with: "" } }, /does not hold "zzz"/],
    ["a text that is there twice", { replace: { path: "log.txt", find: "t", with: "" } }, /more than once/],
    ["a file that is not there", { replace: { path: "none", find: "a", with: "" } }, /does not hold/],
    ["a path above", { write: { path: "a/../../b", content: "" } }, /not inside the workspace/],
    ["an absolute path", { remove: "/etc/passwd" }, /not inside the workspace/],
    ["a directory to remove", { remove: "." }, /./],
  ] satisfies [string, ScenarioStep, RegExp][])("crash on %s, saying why", async (_, step, words) => {
    const place = await Place.create("a");
    const before = await place.tree();
    const run = await play(place, [step, { submit: "never" }]);
    expect(run.exitCode).toBe(1);
    expect(run.lines.at(-1)).toMatchObject({ type: "failed", message: expect.stringMatching(words) as string });
    expect(await place.tree()).toEqual(before);
  });

  test.each(["not json\n", ""])("an assignment of %j is a crash", async (text) => {
    const place = await Place.create("a");
    const child = spawn(process.execPath, [program], { env: { HOME: place.home }, stdio: ["pipe", "pipe", "pipe"] });
    child.stdin.end(text);
    const run = await follow(child);
    expect(run.exitCode).toBe(1);
    expect(run.lines.at(-1)?.type).toBe("failed");
  });

  test("hang until a message comes", async () => {
    const place = await Place.create("a");
    const child = launch(place, [{ hang: true }, { hang: true }, { submit: "woken" }]);
    const run = await follow(child, (line) => {
      if (line.type === "step") child.stdin.write(`${JSON.stringify({ type: "message", text: "go on" })}\n`);
    });
    expect(run.lines.at(-1)).toEqual({ type: "submitted", summary: "woken" });
  });

  test("do not wait for what a command leaves running", async () => {
    const place = await Place.create("a");
    const child = launch(place, [{ run: "sleep 60 & echo started" }, { submit: "done" }]);
    const lines: Line[] = [];
    for await (const text of createInterface({ input: child.stdout })) {
      lines.push(lineSchema.parse(JSON.parse(text)));
      if (lines.at(-1)?.type === "submitted") break;
    }
    killGroup(child);
    if (child.pid !== undefined && existsSync(`/proc/${child.pid}`)) await once(child, "exit");
    expect(lines).toContainEqual({ type: "output", stream: "stdout", text: "started\n" });
  });
});

describe("resuming", () => {
  test.each([...everything.keys()])(
    "after a kill -9 before step %i goes on there and ends with the same tree",
    async (index) => {
      const place = await Place.create("a");
      const child = launch(place, [...everything.slice(0, index), { hang: true }]);
      const killed = await follow(child, (line) => {
        if (line.type === "step" && line["index"] === index) killGroup(child);
      });
      expect(killed.signal).toBe("SIGKILL");
      const resumed = await play(place, everything);
      expect(resumed.lines.find((line) => line.type === "step")).toEqual({ type: "step", index });
      expect(resumed.lines.at(-1)).toEqual({ type: "submitted", summary: "All done" });
      expect(await place.tree()).toEqual(outcome);
    },
  );

  test("after a kill -9 in the middle of a command runs it again", async () => {
    const place = await Place.create("a");
    const steps: ScenarioStep[] = [
      { run: "echo x >> runs.txt; test -e flag && exit; touch flag; echo begun; sleep 60" },
      { submit: "done" },
    ];
    const child = launch(place, steps);
    const killed = await follow(child, (line) => {
      if (line.type === "output") killGroup(child);
    });
    expect(killed.signal).toBe("SIGKILL");
    expect((await play(place, steps)).lines.at(-1)).toEqual({ type: "submitted", summary: "done" });
    expect(await place.tree()).toMatchObject({ "runs.txt": "x\nx\n" });
  });

  test.each([...everything.keys()])(
    "after a crash between the effect of step %i and its cursor repeats it harmlessly",
    async (index) => {
      const place = await Place.create("a");
      await play(place, everything.slice(0, index + 1));
      const step = everything[index] ?? { say: "" };
      const rewrites = "append" in step || "replace" in step;
      await mkdir(join(place.home, ".scripted-agent"), { recursive: true });
      await writeFile(place.cursorFile, JSON.stringify({ session: "s1", next: index, redo: rewrites }));
      await play(place, everything);
      expect(await place.tree()).toEqual(outcome);
    },
  );

  test("a file torn in the middle of its change is whole again", async () => {
    const place = await Place.create("a");
    await play(place, everything.slice(0, 3));
    await writeFile(place.cursorFile, JSON.stringify({ session: "s1", next: 2, redo: true }));
    await writeFile(join(place.workspace, "log.txt"), "sta");
    await play(place, everything);
    expect(await place.tree()).toEqual(outcome);
  });

  test("another session in the same HOME starts from its first step", async () => {
    const place = await Place.create("a");
    await play(place, [{ say: "x" }, { say: "y" }]);
    const run = await play(place, [{ write: { path: "b", content: "b" } }], "s2");
    expect(run.lines).toEqual([{ type: "step", index: 0 }]);
  });

  test("a finished session submits again", async () => {
    const place = await Place.create("a");
    await play(place, everything);
    expect((await play(place, everything)).lines).toEqual([
      { type: "step", index: everything.length - 1 },
      { type: "submitted", summary: "All done" },
    ]);
    expect(await place.tree()).toEqual(outcome);
  });
});
