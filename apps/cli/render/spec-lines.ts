import { specWords, taskWords } from "@omoios/contract/state-words";
import type { CriterionView, SpecView } from "@omoios/contract/http-spec";
import type { TaskSummary } from "@omoios/contract/http-task";
import { ago } from "./ages.ts";
import { cleanLine } from "./clean-text.ts";
import { hang, padEnd, truncateStart } from "./columns.ts";
import { count, short } from "./event-text.ts";
import type { Paint } from "./paint.ts";
import { criterionLines, nextLines, nextSteps } from "./spec-result.ts";
import { field } from "./status-lines.ts";
import { planPageLines, planSteps } from "./plan-page.ts";
import { waitingPlanLines, waitsWithPlan } from "./waiting-plan-lines.ts";
import { pauseWords } from "./words.ts";

interface SpecLayout {
  readonly paint: Paint;
  readonly width: number;
  readonly now: Date;
}

/** `omoios spec show`: request, plan and proof. A plan that waits is one page, unless every word of it is asked for. */
export function specLines(spec: SpecView, layout: SpecLayout & { readonly isFull: boolean }): readonly string[] {
  const { paint } = layout;
  if (waitsWithPlan(spec) && !layout.isFull)
    return [...planPageLines(spec, layout), ...nextLines(planSteps(spec), layout).slice(1)];
  const waiting = waitingPlanLines(spec, { ...layout, contents: true });
  return [
    ...headLines(spec, layout),
    "",
    ...requestLines(spec, layout),
    ...waiting,
    ...spec.requirements.flatMap((requirement) => [
      ...hang(
        `${paint("strong", cleanLine(requirement.label))}  `,
        `${cleanLine(requirement.text)} (${requirement.priority})`,
        layout.width,
      ),
      ...spec.criteria
        .filter((criterion) => criterion.requirement === requirement.label)
        .flatMap((criterion) => planLines(criterion, layout)),
      "",
    ]),
    ...(spec.tasks.length === 0
      ? []
      : [paint("strong", "Tasks"), ...spec.tasks.map((task) => taskLine(task, layout)), ""]),
    // A plan that waits names them itself.
    ...(waiting.length > 0 ? [] : spec.assumptions).flatMap((assumption) =>
      hang(`  ${paint("quiet", "assumed")}    `, cleanLine(assumption), layout.width),
    ),
    field(
      "models",
      `${count(spec.usage.calls, "call", "calls")}, ${spec.usage.tokens.toLocaleString("en-US")} tokens`,
      paint,
    ),
    ...nextLines(nextSteps(spec), layout),
  ];
}

function headLines(spec: SpecView, { paint, width, now }: SpecLayout): readonly string[] {
  const { word, tone } = specWords[spec.status];
  const held = spec.pausedBy === null ? null : pauseWords[spec.pausedBy];
  return [
    ...hang(`${paint("strong", spec.label)}  ${paint(tone, word)}  `, cleanLine(spec.title), width),
    ...(spec.attention === null ? [] : hang(`  ${paint("you", "Needs you")}  `, cleanLine(spec.attention), width)),
    ...(held === null ? [] : hang(`  ${paint(held.tone, held.word)}  `, cleanLine(spec.pausedReason ?? ""), width)),
    field("asked", `${ago(spec.requestedAt, now)}, size ${spec.size}, phase ${spec.phase}`, paint),
    field(
      "project",
      truncateStart(`${cleanLine(spec.project.name)}, ${cleanLine(spec.project.source)}`, width - 13),
      paint,
    ),
    field("from", `${cleanLine(spec.base.branch)} at ${short(spec.base.commit)}`, paint),
    field("branch", cleanLine(spec.branch), paint),
    field("with", cleanLine(`agent ${spec.settings.agent}, model ${spec.settings.model}`), paint),
    field("plan", planFact(spec), paint),
    field("goal", goalFact(spec), paint),
  ];
}

function goalFact({ goal, plan }: SpecView): string {
  if (goal.total > 0) return `${goal.met} of ${count(goal.total, "criterion", "criteria")} proven`;
  const planned = (plan.requirements?.requirements ?? []).flatMap(({ criteria }) => criteria).length;
  return planned === 0 ? "no criteria yet" : `${count(planned, "criterion", "criteria")} planned`;
}

function planFact(spec: SpecView): string {
  if (spec.planDigest === null) return "not sealed yet";
  const decided =
    spec.approval === null ? "not approved yet" : `${spec.approval.decision} by ${spec.approval.decidedBy}`;
  return `sealed as ${short(spec.planDigest)}, ${decided}`;
}

function requestLines(spec: SpecView, { width }: SpecLayout): readonly string[] {
  return cleanLine(spec.request) === cleanLine(spec.title) ? [] : [...hang("  ", cleanLine(spec.request), width), ""];
}

/** A criterion with the checks that prove it: what a person approves. */
function planLines(criterion: CriterionView, layout: SpecLayout): readonly string[] {
  return [
    ...criterionLines(criterion, layout),
    ...criterion.checks.flatMap((check) => {
      const files =
        check.files.length === 0 ? "" : `, brings ${check.files.map((file) => cleanLine(file.path)).join(", ")}`;
      return hang(
        "      check  ",
        `${cleanLine(check.command)} (in ${cleanLine(check.directory)}, by the ${check.origin}${files})`,
        layout.width,
      ).map((line) => layout.paint("quiet", line));
    }),
  ];
}

/** One task in a list. */
export function taskLine(task: TaskSummary, { paint, width }: Pick<SpecLayout, "paint" | "width">): string {
  const { word, tone } = taskWords[task.status];
  const tries = task.attempts > 1 ? ` (${task.attempts} attempts)` : "";
  return hang(
    `  ${paint("strong", task.label)}  ${paint(tone, padEnd(word, 10))}  `,
    `${cleanLine(task.title)}${tries}`,
    width,
  ).join("\n");
}
