import { calibrate as compare } from "@omoios/domain/proof/calibrate";
import type { Evidence } from "@omoios/domain/proof/evidence";
import { z } from "zod";
import type { AttemptParts, AttemptRun } from "./attempt-run.ts";
import { evidenceSchema, recordEvidence, runChecks } from "./run-checks.ts";
import { step } from "./step.ts";

export interface Calibrated {
  /** True when every check of every criterion is green before any work. */
  readonly alreadyGreen: boolean;
  readonly evidence: readonly Evidence[];
}

/**
 * Runs the checks on the tree before the work: what is green there proves nothing about the work. Evidence of an earlier
 * attempt on the same tree is used again.
 */
export async function calibrate(parts: AttemptParts, run: AttemptRun, baseCommit: string): Promise<Calibrated> {
  const evidence = await step<readonly Evidence[]>(parts, run, {
    name: "calibrate",
    output: z.array(evidenceSchema),
    body: async () => {
      const known = await knownEvidence(parts, run, baseCommit);
      const missing = run.checks.filter((check) => !known.some((one) => one.checkId === check.id));
      if (missing.length === 0) return known;
      return [...known, ...(await runChecks(parts, run, { checks: missing, subject: "base", commit: baseCommit }))];
    },
    commit: async ({ tx, emit }, output) => {
      const fresh = output.filter((one) => one.attemptId === run.attempt.id);
      await recordEvidence(parts, run, { tx, emit, evidence: fresh });
    },
  });
  return { alreadyGreen: compare(run.criteria, run.checks, evidence).open.length === 0, evidence };
}

async function knownEvidence(parts: AttemptParts, run: AttemptRun, baseCommit: string): Promise<readonly Evidence[]> {
  const tree = await run.hub.treeOf(baseCommit);
  const evidence = await parts.proofs.evidenceOfSpec(run.spec.id);
  return run.checks.flatMap((check) => {
    const found = evidence.findLast(
      (one) => one.checkId === check.id && one.tree === tree && one.attemptId !== run.attempt.id,
    );
    return found === undefined ? [] : [found];
  });
}
