import { randomUUID } from "node:crypto";
import { logPageSchema, type LogRecord } from "@omoios/contract/attempt-log";
import { apiPaths } from "@omoios/contract/http";
import { specViewSchema } from "@omoios/contract/http-spec";
import { statusSchema } from "@omoios/contract/http-system";
import { taskViewSchema } from "@omoios/contract/http-task";
import { problemSchema, type ProblemDocument } from "@omoios/contract/problem";
import { runResultSchema } from "@omoios/contract/run-result";
import type { Evidence, Verdict } from "@omoios/domain/proof/evidence";
import { later, sampleAt, sampleAttempt, sampleProject, storePlan } from "@omoios/engine/testing/sample-rows";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openApiSubject, type ApiSubject } from "./api-subject.testsuite.ts";

let subject: ApiSubject;

beforeAll(async () => {
  subject = await openApiSubject();
});

afterAll(() => subject[Symbol.asyncDispose]());

async function problemIn(answer: Response): Promise<ProblemDocument> {
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  const document = problemSchema.parse(await answer.json());
  expect(document.status).toBe(answer.status);
  return document;
}

describe("references", () => {
  test("a label that several projects have is refused with the choices, and found with the project", async () => {
    const [left, right] = [sampleProject({ name: "left" }), sampleProject({ name: "right" })];
    await subject.database.transaction(async (tx) => {
      for (const project of [left, right]) await subject.stores.projects.create(tx, project);
    });
    const { spec } = await storePlan(subject, { project: left, specNumber: 71 });
    await storePlan(subject, { project: right, specNumber: 71 });
    const document = await problemIn(await subject.call(apiPaths.spec("SPC-71")));
    expect([document.status, document.kind]).toEqual([409, "ambiguous"]);
    expect(document.choices.map(({ project }) => project.name).toSorted()).toEqual(["left", "right"]);
    for (const project of ["left", left.id, left.source]) {
      const found = await subject.call(`${apiPaths.spec("spc-71")}?project=${encodeURIComponent(project)}`);
      expect(specViewSchema.parse(await found.json()).id).toBe(spec.id);
    }
    expect((await subject.call(`${apiPaths.spec("SPC-71")}?project=nobody`)).status).toBe(404);
    expect((await subject.call(apiPaths.spec("SPC-999"))).status).toBe(404);
    expect((await subject.call(apiPaths.spec("health"))).status).toBe(422);
  });
});

describe("read models", () => {
  test("a spec shows its goal with the evidence and the verdict it rests on, its tasks and its result", async () => {
    const plan = await storePlan(subject, { tasks: 2, needs: [[1, 0]], specNumber: 80, firstTaskNumber: 80 });
    const [task] = plan.tasks;
    if (task === undefined) throw new Error("no task");
    const attempt = sampleAttempt(task);
    const evidence = sampleEvidence(plan.check.id, attempt.id);
    await subject.database.transaction(async (tx) => {
      await subject.stores.attempts.create(tx, attempt);
      await subject.stores.proofs.addEvidence(tx, [evidence]);
      await subject.stores.proofs.addVerdicts(tx, [sampleVerdict(attempt.id, plan.criterion.id, evidence)]);
    });
    const before = specViewSchema.parse(await (await subject.call(apiPaths.spec(plan.spec.id))).json());
    expect(before.goal).toEqual({ met: 0, total: 1 });
    expect(before.criteria[0]).toMatchObject({ met: false, why: "nothing has landed yet", requirement: "REQ-1" });
    await land(attempt.id, plan.spec.id, evidence);
    const view = specViewSchema.parse(await (await subject.call(apiPaths.spec(plan.spec.id))).json());
    expect(view.goal).toEqual({ met: 1, total: 1 });
    expect(view.criteria[0]).toMatchObject({
      ...{ standing: "met", met: true, why: null, tasks: ["TSK-080", "TSK-081"] },
      evidence: [{ id: evidence.id, task: "TSK-080", attempt: 1, passed: true, durationMs: 2000 }],
      verdict: { confidence: 0.9, evidence: [evidence.id] },
    });
    expect(view.tasks.map(({ label, needs, attempts }) => [label, needs, attempts])).toEqual([
      ["TSK-080", [], 1],
      ["TSK-081", ["TSK-080"], 0],
    ]);
    const result = runResultSchema.parse(await (await subject.call(apiPaths.specResult(plan.spec.id))).json());
    expect(result).toMatchObject({
      criteria: [{ id: "REQ-1.1", met: true, evidence: [evidence.id] }],
      usage: { tokens: 0, usd: 0 },
      pullRequest: null,
    });
    const shown = taskViewSchema.parse(await (await subject.call(apiPaths.task(task.id))).json());
    expect(shown.history[0]).toMatchObject({ number: 1, candidates: [{ state: "landed" }] });
    const status = statusSchema.parse(await (await subject.call(apiPaths.status)).json());
    expect(status.running.find(({ spec }) => spec.id === plan.spec.id)).toMatchObject({ goal: { met: 1, total: 1 } });
    expect(subject.bugs).toEqual([]);
  });

  test("the diff is text, and a move the state does not allow is a conflict", async () => {
    const plan = await storePlan(subject, { specNumber: 90, firstTaskNumber: 90 });
    const diff = await subject.call(apiPaths.taskDiff("TSK-090"));
    expect([diff.headers.get("content-type"), await diff.text()]).toEqual([
      "text/plain; charset=utf-8",
      "diff --git a/x b/x\n+Grüße\n",
    ]);
    const offered = await subject.call(apiPaths.specPullRequestDiff(plan.spec.id));
    expect([offered.headers.get("content-type"), await offered.text()]).toEqual([
      "text/plain; charset=utf-8",
      "diff --git a/y b/y\n+alles\n",
    ]);
    expect((await subject.call(apiPaths.specCancel(plan.spec.id), { body: {} })).status).toBe(200);
    const again = await problemIn(await subject.call(apiPaths.specCancel(plan.spec.id), { body: {} }));
    expect([again.status, again.kind]).toEqual([409, "illegal-move"]);
    expect((await problemIn(await subject.call(apiPaths.specPullRequest(plan.spec.id)))).status).toBe(404);
  });

  test("a log is read by offset and by the attempt's label", async () => {
    const plan = await storePlan(subject, { specNumber: 95, firstTaskNumber: 95 });
    const [task] = plan.tasks;
    if (task === undefined) throw new Error("no task");
    const attempt = sampleAttempt(task);
    await subject.database.transaction((tx) => subject.stores.attempts.create(tx, attempt));
    await subject.logs.append(attempt.id, logRecord("one"));
    const first = logPageSchema.parse(await (await subject.call(`${apiPaths.attemptLog("TSK-095.1")}`)).json());
    expect(first.records.map(({ text }) => text)).toEqual(["one"]);
    await subject.logs.append(attempt.id, logRecord("two"));
    const rest = logPageSchema.parse(
      await (await subject.call(`${apiPaths.attemptLog(attempt.id)}?offset=${String(first.next)}`)).json(),
    );
    expect(rest.records.map(({ text }) => text)).toEqual(["two"]);
    expect((await subject.call(apiPaths.attemptLog("TSK-095.7"))).status).toBe(404);
  });
});

function logRecord(text: string): LogRecord {
  return { at: sampleAt.toISOString(), source: "agent", stream: "stdout", text };
}

function sampleEvidence(checkId: string, attemptId: string): Evidence {
  return {
    ...{ id: randomUUID(), checkId, attemptId, subject: "candidate", commit: "c".repeat(40), tree: "d".repeat(40) },
    ...{ environment: "jail", exitCode: 0, timedOut: false, passed: true, outputDigest: "e".repeat(64), tail: "ok" },
    ...{ startedAt: later(1), endedAt: later(3) },
  };
}

function sampleVerdict(attemptId: string, criterionId: string, evidence: Evidence): Verdict {
  return {
    ...{
      attemptId,
      validationId: null,
      commands: [],
      criterionId,
      candidateCommit: evidence.commit,
      met: true,
      confidence: 0.9,
      evidence: [evidence.id],
    },
    ...{ reasoning: "It answers.", voidReason: null, createdAt: later(4) },
  };
}

async function land(attemptId: string, specId: string, evidence: Evidence): Promise<void> {
  const { proofs } = subject.stores;
  const { commit, tree } = evidence;
  await subject.database.transaction(async (tx) => {
    const tips = { specTip: "0".repeat(40), taskTip: "b".repeat(40) };
    const proposed = {
      attemptId,
      specId,
      ...tips,
      commit,
      tree,
      state: "proposed",
      reason: null,
      createdAt: later(0),
      endedAt: null,
    } as const;
    await proofs.proposeCandidate(tx, proposed);
    const proven = await proofs.moveCandidate(tx, proposed, { move: "prove", at: later(4) });
    await proofs.moveCandidate(tx, proven, { move: "land", at: later(5) });
  });
}
