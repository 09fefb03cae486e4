import type { SpecView } from "@omoios/contract/http-spec";
import type { TaskSummary } from "@omoios/contract/http-task";
import { CircleDashed } from "lucide-react";
import type { ProofState } from "../../ui/proof-bar.tsx";
import type { Look } from "../../ui/state-look.ts";
import { proofStates } from "./proof-state.ts";

/** A task as table and graph show it: one that is carried out, or one that is only planned. */
export interface TaskRow {
  readonly key: string;
  readonly label: string;
  readonly title: string;
  readonly ticket: string;
  readonly needs: readonly string[];
  readonly proof: readonly ProofState[];
  readonly files: readonly string[];
  /** Null while the plan waits for approval. */
  readonly task: TaskSummary | null;
}

/** How a task looks that is not started because its plan waits for approval. */
export const plannedLook: Look = { icon: CircleDashed, tone: "quiet", word: "Planned" };

/** The one thing worth knowing about how a task stands. */
export function taskFact({ task, needs, files }: TaskRow): string {
  if (task === null) return `${files.length} declared ${files.length === 1 ? "file" : "files"}`;
  if (task.question !== null) return "asks you";
  if (task.status === "pending" && needs.length > 0)
    return `needs ${needs.map((need) => need.replace(/^TSK-/u, "")).join(", ")}`;
  return task.attempts > 1 ? `attempt ${task.attempts}` : "";
}

/** The tasks of a spec, of its plan before they exist. */
export function taskRows(spec: SpecView): readonly TaskRow[] {
  return spec.tasks.length > 0 ? startedRows(spec) : plannedRows(spec);
}

function startedRows(spec: SpecView): readonly TaskRow[] {
  return spec.tasks.map((task) => ({
    key: task.id,
    label: task.label,
    title: task.title,
    ticket: spec.tickets.find(({ label }) => label === task.ticket)?.title ?? task.ticket ?? "",
    needs: task.needs,
    proof: proofStates(spec, task.label),
    files: [],
    task,
  }));
}

function plannedRows({ plan: { work } }: SpecView): readonly TaskRow[] {
  return (work?.tasks ?? []).map((task) => ({
    key: task.id,
    label: task.id,
    title: task.title,
    ticket: work?.tickets.find(({ id }) => id === task.ticket)?.title ?? task.ticket,
    needs: task.needs,
    proof: task.criteria.map(() => "not-run" as const),
    files: task.declaredFiles,
    task: null,
  }));
}
