import { designSchema } from "@omoios/contract/phase-design";
import { visibleLines } from "@omoios/domain/shared/plain-text";
import { label } from "@omoios/domain/shared/label";
import { currentOutput } from "@omoios/domain/spec/pipeline";
import type { Criterion, Requirement } from "@omoios/domain/spec/plan";
import type { Spec } from "@omoios/domain/spec/spec";
import type { Task } from "@omoios/domain/task/task";
import { taskLabel } from "@omoios/domain/task/task-label";
import type { PhaseOutput } from "../ports/plan-store.ts";
import { goalLines } from "./brief.ts";
import { data } from "./data-block.ts";

const maxDesignChars = 12_000;
const maxRequestChars = 8_000;

/** The feature an agent's task is a part of, for an agent that asks. How it is checked is not in it. */
export function specText(about: {
  readonly spec: Spec;
  readonly task: Task;
  readonly requirements: readonly Requirement[];
  readonly criteria: readonly Criterion[];
  readonly outputs: readonly PhaseOutput[];
}): string {
  const { spec, task } = about;
  const design = designText(about.outputs);
  return [
    `# ${label("SPC", spec.number)}: ${spec.title}`,
    `What was asked for:\n\n${data("request", visibleLines(spec.request, maxRequestChars))}`,
    `# Requirements and criteria\n\n${goalLines(about.requirements, about.criteria).join("\n")}`,
    ...(design === null ? [] : [`# Design\n\n${design}`]),
    `# Your task: ${taskLabel(task)} ${task.title}\n\n${data("task", task.description)}\n\nDeclared files: ${task.declaredFiles.join(", ")}`,
  ].join("\n\n");
}

function designText(outputs: readonly PhaseOutput[]): string | null {
  const { data: design } = designSchema.safeParse(currentOutput(outputs, "DESIGN")?.output);
  if (design === undefined) return null;
  const parts = design.components.map(
    ({ path, responsibility, interface: calls }) => `- ${path}: ${responsibility}${calls === "" ? "" : `\n  ${calls}`}`,
  );
  const decisions = design.decisions.map(({ decision, instead, why }) => `- ${decision} (not ${instead}): ${why}`);
  return visibleLines([design.approach, ...parts, ...decisions].join("\n"), maxDesignChars);
}
