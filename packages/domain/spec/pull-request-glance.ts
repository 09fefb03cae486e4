import { durationText } from "../shared/duration.ts";
import { codeSpan, plainMarkdown } from "../shared/markdown.ts";
import { listText } from "../shared/plain-text.ts";
import { counted, shortId, shownRows, type Extent } from "./pull-request-extent.ts";
import type { PullRequestConflict, PullRequestFacts } from "./pull-request-facts.ts";
import { costLine } from "./pull-request-record.ts";

/** How this came about, a line for each thing a reviewer asks first. */
export function glanceSection(facts: PullRequestFacts, extent: Extent): string {
  const conflicts = shownRows(facts.conflicts, { ...extent, rows: Math.min(extent.rows, 5) });
  const items: readonly (readonly [string, string | null])[] = [
    ["Work", workText(facts)],
    ["Base", baseText(facts)],
    ...conflicts.rows.map((one) => ["Conflict", conflictText(one, extent)] as const),
    ["Conflicts", conflicts.left[0] ?? null],
    ["People", peopleText(facts)],
    ["Cost", costLine(facts)],
  ];
  return items.flatMap(([name, text]) => (text === null ? [] : [`- **${name}:** ${text}`])).join("\n");
}

function workText({ tasks, interventions }: PullRequestFacts): string | null {
  if (tasks.length === 0) return null;
  const attempts = tasks.reduce((sum, task) => sum + task.attempts, 0);
  const watched = counted(interventions.length, "intervention", "interventions");
  const work = `${counted(tasks.length, "task", "tasks")} in ${counted(attempts, "attempt", "attempts")}`;
  return interventions.length === 0 ? work : `${work}, ${watched} of the watcher`;
}

function baseText({ spec, baseMerges }: PullRequestFacts): string | null {
  if (spec.plannedOn === spec.baseCommit) return null;
  const by = baseMerges.map(
    ({ task, mended }) => `${plainMarkdown(task, 30)}${mended ? " (an agent mended what it broke)" : ""}`,
  );
  const merged = by.length === 0 ? "" : ` by ${listText(by, 3)}`;
  return `planned on ${codeSpan(shortId(spec.plannedOn), 8)}; ${codeSpan(spec.baseBranch, 200)} moved on while this was built: ${codeSpan(shortId(spec.baseCommit), 8)} is merged in${merged}, and everything was proven again on the result`;
}

function conflictText({ task, paths, resolvedBy }: PullRequestConflict, extent: Extent): string {
  const where = listText(
    paths.map((path) => codeSpan(path, extent.text)),
    3,
  );
  const how =
    resolvedBy === null
      ? "no longer there: the work went another way"
      : `resolved by ${resolvedBy === "agent" ? "an agent" : "a person"}, under an audit of the lines of both sides`;
  return `${where} (${plainMarkdown(task, 30)}), ${how}`;
}

function peopleText({ decisions, waitedMs }: PullRequestFacts): string {
  const own = decisions.filter(({ by }) => by === "person").length;
  if (own === 0) return "nobody had to decide anything";
  const waited = waitedMs === 0 ? "" : `, who were waited for ${durationText(waitedMs)}`;
  return `${counted(own, "decision", "decisions")} by people${waited}`;
}
