import { evidenceSubjects, type Evidence, type EvidenceSubject } from "@omoios/domain/proof/evidence";
import { canonicalJson } from "@omoios/domain/shared/canonical-json";
import type { Check } from "@omoios/domain/spec/plan";
import { isRegressionGuard } from "@omoios/domain/spec/regression-guard";
import { z } from "zod";
import type { Base, ProgramResult, Sandbox } from "../ports/sandbox.ts";
import type { Emit } from "../use-cases/record.ts";
import { about, named } from "./attempt-event.ts";
import type { AttemptParts, AttemptRun } from "./attempt-run.ts";
import { prepareBase } from "./open-sandbox.ts";

const tailLength = 6000;

/** Evidence as the ledger stores it. */
export const evidenceSchema = z.object({
  id: z.string(),
  checkId: z.string(),
  attemptId: z.string(),
  subject: z.enum(evidenceSubjects),
  commit: z.string(),
  tree: z.string(),
  environment: z.string(),
  exitCode: z.number().nullable(),
  timedOut: z.boolean(),
  passed: z.boolean(),
  outputDigest: z.string(),
  tail: z.string(),
  startedAt: z.coerce.date(),
  endedAt: z.coerce.date(),
});

/**
 * Runs checks on a commit, each distinct one once in a check jail of its own: a clean tree, no network, no agent. What
 * comes back was observed by this process.
 */
export async function runChecks(
  parts: AttemptParts,
  run: AttemptRun,
  on: { readonly checks: readonly Check[]; readonly subject: EvidenceSubject; readonly commit: string },
): Promise<readonly Evidence[]> {
  const base = await prepareBase(parts, run, "validation");
  const tree = await run.hub.treeOf(on.commit);
  const evidence: Evidence[] = [];
  for (const [index, same] of [...groupByWhatRuns(on.checks)].entries()) {
    const [first] = same;
    if (first === undefined) continue;
    run.signal.throwIfAborted();
    await using sandbox = await openCheckJail(parts, run, {
      id: `check-${on.subject}-${index}-${run.attempt.id}`,
      base,
      commit: on.commit,
    });
    using _renewing = renewing(parts, run, sandbox);
    const result = await runCheck(run, sandbox, first);
    await logCheck(parts, run, { check: first, subject: on.subject, result });
    for (const check of same) {
      evidence.push(observed(parts, run, { check, on, tree, result, environment: sandbox.environmentDigest }));
    }
  }
  return evidence;
}

/** A jail with a clean tree of the commit, without network or agent. */
export async function openCheckJail(
  parts: AttemptParts,
  run: AttemptRun,
  on: { readonly id: string; readonly base: Base; readonly commit: string },
): Promise<Sandbox> {
  // A jail that a dead process left under this id is not a clean tree.
  await parts.provider.destroy(on.id);
  return parts.provider.open(
    {
      ...on,
      projectId: run.project.id,
      mode: "validation",
      hubPath: run.hub.path,
      branch: null,
      env: run.config.setup.env,
    },
    run.signal,
  );
}

/** Stores evidence and says so. */
export async function recordEvidence(
  parts: AttemptParts,
  run: AttemptRun,
  stored: {
    readonly tx: Parameters<AttemptParts["proofs"]["addEvidence"]>[0];
    readonly emit: Emit;
    readonly evidence: readonly Evidence[];
  },
): Promise<void> {
  await parts.proofs.addEvidence(stored.tx, stored.evidence);
  for (const one of stored.evidence) {
    const check = run.goal.checks.find((candidate) => candidate.id === one.checkId);
    const criterion = run.goal.criteria.find((candidate) => candidate.id === check?.criterionId);
    stored.emit({
      type: "evidence.recorded",
      ...about(run),
      payload: {
        ...named(run),
        evidenceId: one.id,
        criterion: criterion?.label ?? "?",
        subject: one.subject,
        guard: criterion !== undefined && isRegressionGuard(criterion),
        passed: one.passed,
        command: check?.command ?? "?",
        durationMs: one.endedAt.getTime() - one.startedAt.getTime(),
      },
    });
  }
}

function groupByWhatRuns(checks: readonly Check[]): readonly (readonly Check[])[] {
  return [
    ...Map.groupBy(checks, ({ command, directory, timeoutMs, expectedExitCode, files }) =>
      canonicalJson({ command, directory, timeoutMs, expectedExitCode, files }),
    ).values(),
  ];
}

/** What runs may run for longer than a jail lives without a word from its host. */
export function renewing(parts: AttemptParts, run: AttemptRun, sandbox: Sandbox): Disposable {
  const scheduleNext = (): Disposable =>
    parts.clock.schedule(new Date(parts.clock.now().getTime() + run.config.watch.heartbeatMs), () => {
      sandbox.renew();
      timer = scheduleNext();
    });
  let timer = scheduleNext();
  void sandbox.closed.then(() => timer[Symbol.dispose]());
  return { [Symbol.dispose]: () => timer[Symbol.dispose]() };
}

async function runCheck(run: AttemptRun, sandbox: Sandbox, check: Check): Promise<ProgramResult> {
  for (const file of check.files) await placeFile(run, sandbox, file);
  return sandbox.run({
    argv: ["/bin/sh", "-c", check.command],
    cwd: check.directory,
    timeoutMs: Math.min(check.timeoutMs, run.config.proof.checkTimeoutMs),
    signal: run.signal,
  });
}

/** Makes way first: a parent folder may be a file or a link to nowhere in the tree that is to be proven. */
const placeScript = `set -e
walked= rest=$1
while [ "$rest" != "\${rest#*/}" ]; do
  walked=$walked\${rest%%/*} rest=\${rest#*/}
  [ -d "$walked" ] || { rm -f -- "$walked"; mkdir -- "$walked"; }
  walked=$walked/
done
rm -rf -- "$1"
cat > "$1"`;

/** Puts a file of the check over the tree, whatever the tree has at that path. */
async function placeFile(run: AttemptRun, sandbox: Sandbox, file: Check["files"][number]): Promise<void> {
  const placed = await sandbox.run({
    argv: ["/bin/sh", "-c", placeScript, "place-file", file.path],
    stdin: file.content,
    timeoutMs: 30_000,
    signal: run.signal,
  });
  if (placed.exitCode !== 0)
    throw new Error(`The check's file ${file.path} could not be placed: ${placed.stderr.trim()}`);
}

function observed(
  parts: AttemptParts,
  run: AttemptRun,
  seen: {
    readonly check: Check;
    readonly on: { readonly subject: EvidenceSubject; readonly commit: string };
    readonly tree: string;
    readonly result: ProgramResult;
    readonly environment: string;
  },
): Evidence {
  const { result, check } = seen;
  const output = `${result.stdout}${result.stderr}`;
  return {
    id: parts.identities.uuid(),
    checkId: check.id,
    attemptId: run.attempt.id,
    subject: seen.on.subject,
    commit: seen.on.commit,
    tree: seen.tree,
    environment: seen.environment,
    exitCode: result.exitCode,
    timedOut: result.timedOut,
    passed: !result.timedOut && result.exitCode === check.expectedExitCode,
    outputDigest: parts.digest(output),
    tail: output.slice(-tailLength),
    startedAt: result.startedAt,
    endedAt: result.endedAt,
  };
}

async function logCheck(
  parts: AttemptParts,
  run: AttemptRun,
  seen: { readonly check: Check; readonly subject: EvidenceSubject; readonly result: ProgramResult },
): Promise<void> {
  const { exitCode, timedOut, stdout, stderr } = seen.result;
  const how = timedOut ? "timed out" : `exit ${exitCode ?? "by signal"}`;
  await parts.logs.append(run.attempt.id, {
    at: parts.clock.now().toISOString(),
    source: "check",
    stream: null,
    text: `$ ${seen.check.command}   (${seen.subject}, ${how})\n${`${stdout}${stderr}`.slice(-tailLength)}\n`,
  });
}
