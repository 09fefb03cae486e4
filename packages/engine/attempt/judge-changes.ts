import type { FeedbackItem } from "@omoios/domain/attempt/attempt";
import { judgeDiff, type DiffFinding } from "@omoios/domain/landing/diff-policy";
import { changedPackageScripts } from "@omoios/domain/landing/package-scripts";
import { z } from "zod";
import type { FileChange } from "../ports/repository.ts";
import { about, named } from "./attempt-event.ts";
import type { AttemptParts, AttemptRun, Ending } from "./attempt-run.ts";
import { step } from "./step.ts";

const findingSchema = z.object({
  severity: z.enum(["refuse", "hold", "note"]),
  rule: z.string(),
  path: z.string().nullable(),
  message: z.string(),
  fix: z.string(),
});
const judgedSchema = z.object({ files: z.int(), findings: z.array(findingSchema) });
type Judged = z.infer<typeof judgedSchema>;

/** Puts what the attempt changed through the diff policy; null when it may be proven. */
export async function judgeChanges(
  parts: AttemptParts,
  run: AttemptRun,
  diff: {
    readonly from: string;
    readonly to: string;
    /** Git's own merge may be right as it is. */
    readonly mayBeEmpty: boolean;
    /** Who made it has decided what otherwise waits for a decision. */
    readonly byPerson: boolean;
  },
): Promise<Ending | null> {
  const judged = await step<Judged>(parts, run, {
    name: "judge-changes",
    output: judgedSchema,
    body: async () => {
      const changes = await run.hub.changes(diff.from, diff.to);
      const findings = judgeDiff(changes, {
        declaredFiles: run.task.declaredFiles,
        limits: { files: run.config.landing.maxFiles, bytes: run.config.landing.maxBytes },
        changedScripts: await changedScripts(run, changes, diff),
      });
      return { files: changes.length, findings: findings.map(stored) };
    },
    commit: ({ emit }, output) => {
      emit({
        type: "diff.judged",
        ...about(run),
        payload: {
          ...named(run),
          files: output.files,
          findings: output.findings.map(({ severity, rule, path, message }) => ({ severity, rule, path, message })),
        },
      });
      return Promise.resolve();
    },
  });
  return endingOf(judged, diff);
}

function endingOf(
  { files, findings }: Judged,
  allowed: { readonly mayBeEmpty: boolean; readonly byPerson: boolean },
): Ending | null {
  if (files === 0 && !allowed.mayBeEmpty) {
    return {
      kind: "send_back",
      move: "reject",
      feedback: {
        kind: "empty_diff",
        message: "The attempt changed no file, and the criteria are not met without a change",
        items: [],
      },
    };
  }
  const stopping = findings.filter(
    ({ severity }) => severity === "refuse" || (severity === "hold" && !allowed.byPerson),
  );
  if (stopping.length === 0) return null;
  const items = stopping.map((finding): FeedbackItem => ({
    subject: finding.path ?? finding.rule,
    message: `${finding.message}. ${finding.fix}`,
    tail: null,
  }));
  const refused = stopping.some((finding) => finding.severity === "refuse");
  return {
    kind: "send_back",
    move: "reject",
    feedback: refused
      ? { kind: "policy", message: "The change breaks the diff policy", items }
      : { kind: "hold", message: "The change touches what a person has to allow", items },
  };
}

async function changedScripts(
  run: AttemptRun,
  changes: readonly FileChange[],
  diff: { readonly from: string; readonly to: string },
): Promise<ReadonlyMap<string, readonly string[]>> {
  const scripts = new Map<string, readonly string[]>();
  for (const { path } of changes) {
    if (path !== "package.json" && !path.endsWith("/package.json")) continue;
    const [before, after] = await Promise.all([
      run.hub.readFile(diff.from, path, 1_000_000),
      run.hub.readFile(diff.to, path, 1_000_000),
    ]);
    scripts.set(path, changedPackageScripts(before, after));
  }
  return scripts;
}

function stored({ severity, rule, path, message, fix }: DiffFinding): z.infer<typeof findingSchema> {
  return { severity, rule, path, message, fix };
}
