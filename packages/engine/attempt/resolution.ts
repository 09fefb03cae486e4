import type { FeedbackItem } from "@omoios/domain/attempt/attempt";
import {
  auditFindingKinds,
  auditResolution,
  auditText,
  type AuditFinding,
} from "@omoios/domain/landing/audit-resolution";
import type { Conflict } from "@omoios/domain/landing/conflict";
import { label } from "@omoios/domain/shared/label";
import { listText } from "@omoios/domain/shared/plain-text";
import { z } from "zod";
import type { Hub } from "../ports/repository.ts";
import { about, named } from "./attempt-event.ts";
import type { AttemptParts, AttemptRun, Ending } from "./attempt-run.ts";
import { step } from "./step.ts";

/** Larger files are compared as a whole, like those that are no text. */
const maxFileBytes = 2_000_000;
/** Findings that are told; more would not help anybody. */
const maxFindings = 60;

const auditSchema = z.array(z.object({ kind: z.enum(auditFindingKinds), path: z.string(), text: z.string() }));

/**
 * Makes one commit of what resolves a conflict, with the two sides as its parents, so that neither the merge with markers
 * nor the steps in between become history; then audits that no line of either side got lost.
 */
export async function commitResolution(
  parts: AttemptParts,
  run: AttemptRun,
  of: { readonly conflict: Conflict; readonly specTip: string; readonly tip: string },
): Promise<{ readonly tip: string } | Ending> {
  const { taskTip, acceptLost } = of.conflict;
  const { tip } = await step(parts, run, {
    name: "resolution",
    output: z.object({ tip: z.string() }),
    body: async (startedAt) => {
      const commit = await run.hub.commitTree({
        tree: await run.hub.treeOf(of.tip),
        parents: [taskTip, of.specTip],
        message: resolutionMessage(run),
        authorName: run.attempt.agent === "person" ? "A person at OmoiOS" : `OmoiOS agent ${run.attempt.agent}`,
        authorEmail: "agent@omoios.invalid",
        at: startedAt,
      });
      const ref = `refs/omoios/resolutions/${run.attempt.id}`;
      await run.hub.moveRefs([{ ref, to: commit, seen: await run.hub.resolve(ref) }]);
      return { tip: commit };
    },
    commit: async ({ tx, attempt }, output) => {
      await parts.attempts.patch(tx, attempt, { tip: output.tip });
    },
  });
  const findings = await step<readonly AuditFinding[]>(parts, run, {
    name: "audit",
    output: auditSchema,
    body: () => auditCommits(run.hub, { specTip: of.specTip, taskTip, resolution: tip }),
    commit: ({ emit }, output) => {
      emit({
        type: "resolution.audited",
        ...about(run),
        payload: { ...named(run), findings: output.map((finding) => ({ ...finding })), accepted: acceptLost },
      });
      return Promise.resolve();
    },
  });
  const standing = findings.filter((finding) => !acceptLost || finding.kind === "marker");
  if (standing.length === 0) return { tip };
  return {
    kind: "send_back",
    move: "reject",
    feedback: { kind: "resolution", message: auditMessage(standing), items: standing.map(feedbackItem) },
  };
}

/** Audits a commit that resolves two others, against their merge base. */
export async function auditCommits(
  hub: Hub,
  of: { readonly specTip: string; readonly taskTip: string; readonly resolution: string },
): Promise<readonly AuditFinding[]> {
  const base = await hub.mergeBase(of.specTip, of.taskTip);
  const [ours, theirs, result] = await Promise.all(
    [of.specTip, of.taskTip, of.resolution].map((commit) => hub.changes(base, commit)),
  );
  const paths = [...new Set([ours, theirs, result].flatMap((changes) => (changes ?? []).map(({ path }) => path)))];
  const [baseTexts, ourTexts, theirTexts, resultTexts] = await Promise.all(
    [base, of.specTip, of.taskTip, of.resolution].map((commit) => hub.readFiles(commit, paths, maxFileBytes)),
  );
  const findings = auditResolution(
    paths.toSorted().map((path) => ({
      path,
      base: baseTexts?.get(path) ?? null,
      ours: ourTexts?.get(path) ?? null,
      theirs: theirTexts?.get(path) ?? null,
      result: resultTexts?.get(path) ?? null,
    })),
  );
  const opaque = (ours ?? []).filter(
    ({ path, addedLines, newMode }) =>
      newMode !== "000000" &&
      (addedLines === null || ourTexts?.get(path) === undefined) &&
      (theirs ?? []).some((change) => change.path === path && change.newMode !== "000000"),
  );
  return [...findings, ...opaque.map(({ path }): AuditFinding => ({ kind: "opaque", path, text: "" }))].slice(
    0,
    maxFindings,
  );
}

/** One sentence about all findings. */
function auditMessage(findings: readonly AuditFinding[]): string {
  const words = { marker: "leaves conflict markers", lost: "loses lines", restored: "brings back removed lines" };
  const kinds = auditFindingKinds.flatMap((kind) => {
    if (!findings.some((finding) => finding.kind === kind)) return [];
    return kind === "opaque" ? ["has to choose between files that are no text"] : [words[kind]];
  });
  const paths = [...new Set(findings.map((finding) => finding.path))];
  return `The resolution ${kinds.join(" and ")} in ${listText(paths, 3)}`;
}

function feedbackItem(finding: AuditFinding): FeedbackItem {
  return { subject: finding.path, message: auditText(finding), tail: null };
}

function resolutionMessage(run: AttemptRun): string {
  const task = label("TSK", run.task.number);
  const [title = ""] = run.task.title.split(/\r?\n/u);
  return `Merge ${task} with what landed meanwhile: ${title}\n\nTask: ${task}\nSpec: ${label("SPC", run.spec.number)}\nAttempt: ${run.attempt.number}\n`;
}
