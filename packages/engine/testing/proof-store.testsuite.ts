import { randomUUID } from "node:crypto";
import type { Candidate } from "@omoios/domain/landing/candidate";
import type { Evidence, Verdict } from "@omoios/domain/proof/evidence";
import { describe, expect, test } from "vitest";
import type { SandboxRecord } from "../ports/run-records.ts";
import { later, sampleAt, sampleAttempt, type SamplePlan, storePlan } from "./sample-rows.ts";
import type { StoreSubject } from "./store-subject.ts";

const commit = (digit: string): string => digit.repeat(40);

/** What every proof store has to do. */
export function describeProofStore(subject: () => StoreSubject): void {
  const storedAttempt = async (plan: SamplePlan) => {
    const [task] = plan.tasks;
    if (task === undefined) throw new Error("a plan without a task");
    const attempt = sampleAttempt(task);
    await subject().database.transaction((tx) => subject().stores.attempts.create(tx, attempt));
    return attempt;
  };

  describe("proof store", () => {
    test("keeps evidence and the newest verdict of a candidate", async () => {
      const { database, stores } = subject();
      const plan = await storePlan(subject());
      const attempt = await storedAttempt(plan);
      const evidence: Evidence = {
        id: randomUUID(),
        checkId: plan.check.id,
        attemptId: attempt.id,
        subject: "candidate",
        commit: commit("a"),
        tree: commit("b"),
        environment: "jail",
        exitCode: null,
        timedOut: true,
        passed: false,
        outputDigest: "abc",
        tail: "not ok 1",
        startedAt: sampleAt,
        endedAt: later(60),
      };
      const verdict: Verdict = {
        attemptId: attempt.id,
        validationId: null,
        commands: [],
        criterionId: plan.criterion.id,
        candidateCommit: commit("a"),
        met: true,
        confidence: 0.9,
        evidence: [evidence.id],
        reasoning: "it passed",
        voidReason: "the check is red",
        createdAt: sampleAt,
      };
      const renewed: Verdict = { ...verdict, met: false, voidReason: null, createdAt: later(90) };
      await database.transaction(async (tx) => {
        await stores.proofs.addEvidence(tx, [evidence]);
        await stores.proofs.addVerdicts(tx, [verdict]);
        await stores.proofs.addVerdicts(tx, [renewed]);
      });
      expect(await stores.proofs.evidenceOfSpec(plan.spec.id)).toEqual([evidence]);
      expect(await stores.proofs.evidenceOfAttempt(attempt.id)).toEqual([evidence]);
      expect(await stores.proofs.verdictsOfSpec(plan.spec.id)).toEqual([renewed]);
    });

    test("a candidate is proposed once and moves by its table", async () => {
      const { database, stores } = subject();
      const plan = await storePlan(subject());
      const attempt = await storedAttempt(plan);
      const candidate: Candidate = {
        attemptId: attempt.id,
        specId: plan.spec.id,
        specTip: commit("1"),
        taskTip: commit("2"),
        commit: commit("3"),
        tree: commit("4"),
        state: "proposed",
        reason: null,
        createdAt: sampleAt,
        endedAt: null,
      };
      const move = (seen: Candidate, change: "prove" | "land" | "return") =>
        database.transaction((tx) => stores.proofs.moveCandidate(tx, seen, { move: change, at: later(9) }));
      await database.transaction((tx) => stores.proofs.proposeCandidate(tx, candidate));
      const proven = await move(candidate, "prove");
      expect(proven).toEqual({ ...candidate, state: "proven" });
      await database.transaction((tx) => stores.proofs.proposeCandidate(tx, candidate));
      expect(await stores.proofs.candidate(attempt.id, commit("1"))).toEqual(proven);
      await expect(move(candidate, "return")).rejects.toMatchObject({ fault: { kind: "stale" } });
      await expect(move(proven, "prove")).rejects.toMatchObject({ fault: { kind: "illegal-move", state: "proven" } });
      expect(await move(proven, "land")).toEqual({ ...candidate, state: "landed", endedAt: later(9) });
      expect(await stores.proofs.candidatesOfSpec(plan.spec.id)).toHaveLength(1);
      await expect(stores.proofs.candidate(attempt.id, commit("9"))).rejects.toMatchObject({
        fault: { kind: "not-found" },
      });
    });
  });
}

/** What every record of sandboxes has to do. */
export function describeSandboxRecords(subject: () => StoreSubject): void {
  describe("sandbox records", () => {
    test("adopt what is there, move by the table and forget what is destroyed", async () => {
      const { database, stores } = subject();
      const [task] = (await storePlan(subject())).tasks;
      if (task === undefined) throw new Error("a plan without a task");
      const attempt = sampleAttempt(task);
      const record: SandboxRecord = {
        id: `${attempt.id}-work`,
        attemptId: attempt.id,
        provider: "local",
        mode: "implementation",
        isolation: "full",
        state: "opening",
        version: 1,
        createdAt: sampleAt,
        destroyedAt: null,
      };
      await database.transaction((tx) => stores.attempts.create(tx, attempt));
      expect(await database.transaction((tx) => stores.sandboxes.ensure(tx, record))).toEqual(record);
      const open = await database.transaction((tx) =>
        stores.sandboxes.move(tx, record, { move: "opened", at: later(1) }),
      );
      expect(await database.transaction((tx) => stores.sandboxes.ensure(tx, record))).toEqual(open);
      expect(await stores.sandboxes.notDestroyed()).toEqual([open]);
      const late = database.transaction((tx) => stores.sandboxes.move(tx, record, { move: "destroy", at: later(2) }));
      await expect(late).rejects.toMatchObject({ fault: { kind: "stale" } });
      const gone = await database.transaction((tx) =>
        stores.sandboxes.move(tx, open, { move: "destroy", at: later(2) }),
      );
      expect(gone).toEqual({ ...record, state: "destroyed", version: 3, destroyedAt: later(2) });
      expect(await stores.sandboxes.find(record.id)).toEqual(gone);
      expect(await stores.sandboxes.find("nothing")).toBeNull();
      expect(await stores.sandboxes.notDestroyed()).toEqual([]);
    });
  });
}
