import { ScratchRepository } from "@omoios/adapters/git/scratch-repository";
import type { ScenarioStep } from "@omoios/contract/scenario";
import type { Attempt } from "@omoios/domain/attempt/attempt";
import type { Task } from "@omoios/domain/task/task";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { allEvents, runJob, runNewest } from "../testing/drive.ts";
import { publishWork, storeProject, type PlannedWork, type WorkItem } from "../testing/planned-work.ts";
import { openTestEngine, type TestEngine } from "../testing/test-engine.ts";
import { advanceSpec } from "./advance-spec.ts";
import { cancelTask, resumeSpec } from "./decide-tasks.ts";
import { mergePullRequest } from "./merge-pull-request.ts";
import { refreshPullRequest } from "./refresh-pull-request.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });
let engine: TestEngine;

beforeAll(async () => {
  engine = await openTestEngine({ scheduler: { slots: 4, slotsPerProject: 4 } });
});
afterAll(() => engine[Symbol.asyncDispose]());
beforeEach(() => engine.reset());

const list = "list.txt";
/** Adds a line at the end of a file whose end the base branch changes too. */
const item: WorkItem = {
  title: "feature",
  check: `grep -q feature ${list} && ! test -f veto`,
  attempts: [[{ write: { path: list, content: "one\nfeature\n" } }, { submit: "added" }]],
};

/** A spec whose one task has landed; `mends` and `resolve` are what an agent does about the base branch. */
async function built(
  about: {
    readonly mends?: readonly (readonly ScenarioStep[])[];
    readonly resolve?: readonly (readonly ScenarioStep[])[];
  } = {},
): Promise<PlannedWork> {
  const project = await storeProject(engine, { [list]: "one\n" });
  const bringsIn: WorkItem = {
    title: "Bring in main",
    unplanned: true,
    attempts: about.mends ?? [[]],
    ...(about.resolve === undefined ? {} : { resolve: about.resolve }),
  };
  const work = await publishWork(engine, [item, bringsIn], { project });
  await runNewest(engine, work, { title: "feature" });
  return work;
}

/** Somebody commits to the base branch of the user's repository; returns its new tip. */
function commitToBase(work: PlannedWork, files: Readonly<Record<string, string>>): string {
  return new ScratchRepository(work.project.source).commit(files, `Change ${Object.keys(files).join(", ")}`);
}

async function advance(work: PlannedWork): Promise<void> {
  await advanceSpec(engine, work.spec.id, new AbortController().signal);
}

async function baseTasks(work: PlannedWork): Promise<readonly Task[]> {
  return (await engine.tasks.ofSpec(work.spec.id)).filter((task) => task.mergeCommit !== null);
}

/** The attempts at the newest task that brings the base branch in. */
async function attempts(work: PlannedWork): Promise<readonly Attempt[]> {
  const task = (await baseTasks(work)).at(-1);
  return task === undefined ? [] : engine.attempts.ofTask(task.id);
}

async function runBase(work: PlannedWork): Promise<void> {
  const attempt = (await attempts(work)).at(-1);
  if (attempt === undefined) throw new Error("Nothing brings the base branch in");
  await runJob(engine, attempt);
}

async function expectReviewed(work: PlannedWork, baseCommit: string): Promise<void> {
  await advance(work);
  expect(await engine.specs.get(work.spec.id)).toMatchObject({ status: "in_review", attention: null });
  const pullRequest = await engine.forge.find(work.spec.id);
  expect(pullRequest).toMatchObject({ state: "open", baseCommit });
  expect(await work.hub.isAncestor(baseCommit, pullRequest?.headCommit ?? "")).toBe(true);
  expect(await engine.admission.held()).toEqual([]);
}

describe("a base branch that moves on while a feature is built", () => {
  test("is merged in without an agent, and every check of the spec runs on the merge before review", async () => {
    const work = await built();
    const moved = commitToBase(work, { "other.txt": "other\n" });
    await advance(work);
    expect(await engine.specs.get(work.spec.id)).toMatchObject({ status: "executing" });
    expect(await baseTasks(work)).toMatchObject([{ title: "Bring in main", mergeCommit: moved, status: "running" }]);
    await runBase(work);

    const [merge, ...more] = await attempts(work);
    expect(more).toEqual([]);
    expect(merge).toMatchObject({ kind: "base_merge", agent: "omoios", state: "landed", tip: moved });
    const evidence = await engine.proofs.evidenceOfAttempt(merge?.id ?? "");
    expect(evidence.map(({ checkId, passed, subject }) => ({ checkId, passed, subject }))).toEqual([
      { checkId: work.check("feature").id, passed: true, subject: "candidate" },
    ]);
    expect(await engine.proofs.verdictsOfSpec(work.spec.id)).toHaveLength(1);
    expect(await work.landed("other.txt")).toBe("other\n");
    await expectReviewed(work, moved);
    const body = (await engine.forge.find(work.spec.id))?.body ?? "";
    expect(body).toContain("moved on while this was built");
    expect(body).not.toContain("`other.txt`");
  });

  test("does not disturb tasks at work, and is asked again for what it became while it was brought in", async () => {
    const project = await storeProject(engine, { [list]: "one\n" });
    const work = await publishWork(engine, [item, { title: "late", needs: ["feature"] }], { project });
    commitToBase(work, { "early.txt": "early\n" });
    await runNewest(engine, work, { title: "feature" });
    await advance(work);
    expect(await baseTasks(work)).toEqual([]);
    await runNewest(engine, work, { title: "late" });
    await advance(work);
    const moved = commitToBase(work, { "again.txt": "again\n" });
    await runBase(work);
    expect(await work.landed("again.txt")).toBeNull();
    await advance(work);
    expect(await baseTasks(work)).toHaveLength(2);
    await runBase(work);
    for (const path of ["early.txt", "again.txt"]) expect(await work.landed(path)).not.toBeNull();
    await expectReviewed(work, moved);
  });

  test("and conflicts is joined by an agent that has both intents", async () => {
    const work = await built({ resolve: [[{ write: { path: list, content: "one\nfeature\nbase\n" } }]] });
    const moved = commitToBase(work, { [list]: "one\nbase\n" });
    await advance(work);
    await runBase(work);
    expect(await attempts(work)).toMatchObject([
      { kind: "base_merge", state: "rejected", feedback: { kind: "conflict" } },
      { kind: "resolution", state: "queued" },
    ]);
    await runBase(work);
    expect(await work.landed(list)).toBe("one\nfeature\nbase\n");
    const brief = (await attempts(work)).at(-1)?.brief ?? "";
    for (const said of ["Bring in main", `Change ${list}`, "Make feature"]) expect(brief).toContain(said);
    await expectReviewed(work, moved);
  });

  test("and breaks what was proven is mended by an agent that starts from the merge and has the evidence", async () => {
    const work = await built({ mends: [[{ run: "rm veto" }, { submit: "took it out" }]] });
    const moved = commitToBase(work, { veto: "no\n", "other.txt": "other\n" });
    await advance(work);
    await runBase(work);
    expect(await attempts(work)).toMatchObject([
      { kind: "base_merge", state: "rejected", feedback: { kind: "criteria", items: [{ subject: "REQ-1.1" }] } },
      { kind: "implementation", state: "queued" },
    ]);
    expect(await work.landed("veto")).toBeNull();
    await runBase(work);
    const mended = (await attempts(work)).at(-1);
    expect(mended).toMatchObject({ state: "landed" });
    for (const said of ["REQ-1.1", "was sent back"]) expect(mended?.brief).toContain(said);
    expect(await work.landed("veto")).toBeNull();
    expect(await work.landed("other.txt")).toBe("other\n");
    expect(await engine.proofs.verdictsOfSpec(work.spec.id)).toHaveLength(2);
    await expectReviewed(work, moved);
  });

  test("and whose merge a person cancels stays out, and is told, until a refresh asks for it again", async () => {
    const work = await built();
    const moved = commitToBase(work, { "other.txt": "other\n" });
    await advance(work);
    const [merge] = await baseTasks(work);
    await cancelTask(engine, { taskId: merge?.id ?? "" });
    await expectReviewed(work, work.spec.baseCommit);
    expect(await baseTasks(work)).toMatchObject([{ status: "cancelled" }]);
    const body = async () => (await engine.forge.find(work.spec.id))?.body ?? "";
    expect(await body()).toContain("Bring in main: cancelled");

    expect(await refreshPullRequest(engine, { specId: work.spec.id })).toMatchObject({ outcome: "moved" });
    await runBase(work);
    await expectReviewed(work, moved);
    expect(await body()).not.toContain("Bring in main: cancelled");
    expect(await body()).toMatch(/What came in from `main`[^]*Change other\.txt/u);
  });

  test("and cannot be read stops for a person, who lets it go on", async () => {
    const work = await built();
    const source = new ScratchRepository(work.project.source);
    source.git("branch", "--move", "main", "trunk");
    await advance(work);
    const waiting = await engine.specs.get(work.spec.id);
    expect(waiting.status).toBe("verifying");
    expect(waiting.attention).toContain("main");
    source.git("branch", "--move", "trunk", "main");
    await resumeSpec(engine, { specId: work.spec.id });
    await expectReviewed(work, work.spec.baseCommit);
  });
});

describe("a process that dies while the base branch is brought in", () => {
  test.each(["base", "candidate-1", "checks-1", "land-1"])(
    "after the effect of %s lands the same merge, once",
    async (name) => {
      const work = await built();
      const moved = commitToBase(work, { "other.txt": "other\n" });
      await advance(work);
      engine.checkpoints.crash(`attempt:${name}:effect`);
      await expect(runBase(work)).rejects.toThrow(`Crashed at attempt:${name}:effect`);
      await runBase(work);
      expect(await attempts(work)).toMatchObject([{ state: "landed" }]);
      const landed = (await allEvents(engine)).filter(
        (event) => event.type === "candidate.moved" && event.payload.to === "landed",
      );
      expect(landed).toHaveLength(2);
      await expectReviewed(work, moved);
    },
  );

  test("while it makes the merge an agent is to mend makes that merge again", async () => {
    const work = await built({ mends: [[{ run: "rm veto" }]] });
    const moved = commitToBase(work, { veto: "no\n" });
    await advance(work);
    await runBase(work);
    const mending = (await attempts(work)).at(-1);
    engine.checkpoints.crash("attempt:base:effect");
    await expect(runBase(work)).rejects.toThrow("Crashed at attempt:base:effect");
    const merge = await work.hub.resolve(`refs/omoios/merges/${mending?.id ?? ""}`);
    await runBase(work);
    expect((await attempts(work)).at(-1)).toMatchObject({ id: mending?.id, state: "landed", baseCommit: merge });
    await expectReviewed(work, moved);
  });
});

describe("an open pull request", () => {
  test("is refreshed: nothing while its base stands still, a proven merge when it has moved on", async () => {
    const work = await built();
    const specId = work.spec.id;
    await expectReviewed(work, work.spec.baseCommit);
    expect(await refreshPullRequest(engine, { specId })).toMatchObject({ outcome: "current", task: null });
    const moved = commitToBase(work, { "other.txt": "other\n" });
    await expect(mergePullRequest(engine, { specId })).rejects.toMatchObject({
      fault: { kind: "invalid", problems: [{ at: "main", fix: "omoios pr refresh SPC-1" }] },
    });
    expect(await refreshPullRequest(engine, { specId })).toMatchObject({ outcome: "moved", baseCommit: moved });
    await expect(refreshPullRequest(engine, { specId })).rejects.toMatchObject({ fault: { kind: "illegal-move" } });
    await runBase(work);
    await expectReviewed(work, moved);
  });

  test("is merged in the hub alone, also by whoever comes after a process that died over it", async () => {
    const work = await built();
    const specId = work.spec.id;
    await expectReviewed(work, work.spec.baseCommit);
    const head = (await engine.forge.find(specId))?.headCommit ?? "";
    // The process that moved the branch died before it said so.
    await work.hub.moveRefs([{ ref: "refs/heads/main", to: head, seen: null }]);
    expect(await mergePullRequest(engine, { specId })).toMatchObject({ base: "main", commit: head });
    expect(await engine.specs.get(specId)).toMatchObject({ status: "merged" });
    expect(await engine.forge.find(specId)).toMatchObject({ state: "merged" });
    expect(await work.hub.resolve("refs/heads/main")).toBe(head);
    const source = new ScratchRepository(work.project.source);
    expect(source.git("rev-parse", "main")).toBe(work.spec.baseCommit);
    await expect(mergePullRequest(engine, { specId })).rejects.toMatchObject({ fault: { kind: "illegal-move" } });
  });

  test("is part of the next one's base once it is merged", async () => {
    const first = await built();
    await expectReviewed(first, first.spec.baseCommit);
    await mergePullRequest(engine, { specId: first.spec.id });
    const head = (await engine.forge.find(first.spec.id))?.headCommit ?? "";
    const second = await publishWork(engine, [{ title: "second" }], { project: first.project, number: 2 });
    await runNewest(engine, second, { title: "second" });
    await advance(second);
    await runBase(second);
    expect(await second.landed(list)).toBe("one\nfeature\n");
    await expectReviewed(second, head);
  });

  test("that its reader has taken into the base branch by hand is merged", async () => {
    const work = await built();
    const specId = work.spec.id;
    await expectReviewed(work, work.spec.baseCommit);
    const source = new ScratchRepository(work.project.source);
    source.git("fetch", "--quiet", work.hub.path, work.spec.branch);
    source.git("merge", "--quiet", "--ff-only", "FETCH_HEAD");
    expect(await refreshPullRequest(engine, { specId })).toMatchObject({
      outcome: "merged",
      spec: { status: "merged" },
    });
    expect(await engine.forge.find(specId)).toMatchObject({ state: "merged" });
  });
});
