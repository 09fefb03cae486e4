import { directPlanSchema, type DirectPlan } from "@omoios/contract/direct-plan";
import type { SpecView } from "@omoios/contract/http-spec";
import { cleanLine } from "./clean-text.ts";
import { hang } from "./columns.ts";
import { count } from "./event-text.ts";
import type { StatusLayout } from "./status-lines.ts";

/**
 * The plan that waits for a person: everything the approval binds. Nothing of it is a requirement or a task yet, so it is
 * read from what the planner answered. No lines for a spec that waits for nothing.
 */
export function waitingPlanLines(spec: SpecView, layout: StatusLayout): readonly string[] {
  if (spec.status !== "awaiting_approval") return [];
  const newest = spec.phases.filter((phase) => phase.phase === "TASKS").at(-1);
  const plan = directPlanSchema.safeParse(newest?.output);
  return plan.success ? [...planLines(plan.data, layout), ""] : [];
}

function planLines(plan: DirectPlan, { paint, width }: StatusLayout): readonly string[] {
  const { requirement, check, task } = plan;
  const files = check.files.map(({ path, content }) => `${path} (${count(lineCount(content), "line", "lines")})`);
  const facts: readonly (readonly [string, string])[] = [
    ["must", requirement.text],
    ["proof", requirement.criterion],
    ["check", `${check.command} (in ${check.directory}, at most ${check.timeoutSeconds} s)`],
    ...files.map((file) => ["brings", file] as const),
    ["task", task.title],
    ["", task.description],
    ["may edit", task.declaredFiles.join(", ")],
    ...plan.assumptions.map((assumption) => ["assumed", assumption] as const),
  ];
  return [
    paint("strong", `Plan: ${cleanLine(plan.title)}`),
    ...facts.flatMap(([name, text]) => hang(`  ${paint("quiet", name.padEnd(9))}  `, cleanLine(text), width)),
  ];
}

function lineCount(text: string): number {
  return text.trimEnd().split("\n").length;
}
