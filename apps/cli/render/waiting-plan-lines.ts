import type { PlanView } from "@omoios/contract/http-plan";
import type { SpecView } from "@omoios/contract/http-spec";
import { cleanBlock, cleanLine } from "./clean-text.ts";
import { hang } from "./columns.ts";
import { count } from "./event-text.ts";
import type { StatusLayout } from "./status-lines.ts";

type Requirements = NonNullable<PlanView["requirements"]>;
type Work = NonNullable<PlanView["work"]>;

/** What the page of a plan is made of. */
export type WaitingPlan = Pick<
  SpecView,
  "label" | "title" | "request" | "size" | "status" | "attention" | "base" | "planDigest" | "plan" | "questions"
> & { readonly project: Pick<SpecView["project"], "name"> };

/** True when there is a plan, or part of one, that a person has to read before anything goes on. */
export function waitsWithPlan({ status, attention, plan }: WaitingPlan): boolean {
  const waits = status === "awaiting_approval" || (status === "planning" && attention !== null);
  return waits && (plan.prd !== null || plan.requirements !== null);
}

/** The checks of a plan bring files; whether what is in them is shown. */
export interface PlanLayout extends StatusLayout {
  readonly contents: boolean;
}

/**
 * The plan that waits for a person, with every word: everything the approval binds. Nothing of it is a requirement or a task
 * yet, so it is read from what the planner answered. No lines for a spec that waits for nothing.
 */
export function waitingPlanLines(spec: WaitingPlan, layout: PlanLayout): readonly string[] {
  const { plan } = spec;
  if (!waitsWithPlan(spec)) return [];
  return [
    ...headLines(spec, layout),
    ...(plan.prd === null ? [] : prdLines(plan.prd, layout)),
    ...(plan.requirements?.requirements ?? []).flatMap((requirement) =>
      requirementLines(requirement, plan.work, layout),
    ),
    ...(plan.design === null ? [] : designLines(plan.design, layout)),
    ...(plan.work === null ? [] : workLines(plan.work, plan, layout)),
    ...assumptionLines(spec, layout),
    "",
  ];
}

function facts(rows: readonly (readonly [string, string])[], { paint, width }: PlanLayout): readonly string[] {
  return rows.flatMap(([name, text]) => hang(`  ${paint("quiet", name.padEnd(9))}  `, cleanLine(text), width));
}

function headLines(spec: WaitingPlan, layout: PlanLayout): readonly string[] {
  const { plan } = spec;
  const title = plan.requirements?.title ?? plan.prd?.title ?? spec.title;
  const scores = plan.standing.flatMap(({ phase, score }) => (score === null ? [] : [`${phase} ${score.toFixed(2)}`]));
  return [
    layout.paint("strong", `Plan: ${cleanLine(title)}`),
    ...facts(
      [
        ...(plan.stale.length === 0
          ? []
          : [["stale", `${plan.stale.join(", ")}: omoios spec regenerate ${spec.label}`] as const]),
        ...(scores.length === 0 ? [] : [["scores", scores.join(", ")] as const]),
      ],
      layout,
    ),
  ];
}

function prdLines(prd: NonNullable<PlanView["prd"]>, layout: PlanLayout): readonly string[] {
  return facts(
    [
      ["problem", prd.problem],
      ...prd.goals.map((goal) => ["goal", goal] as const),
      ...prd.scopeOut.map((scope) => ["not", scope] as const),
      ...prd.constraints.map((constraint) => ["bound by", constraint] as const),
      ...prd.risks.map(({ risk, answer }) => ["risk", `${risk}: ${answer}`] as const),
    ],
    layout,
  );
}

function requirementLines(
  requirement: Requirements["requirements"][number],
  work: Work | null,
  layout: PlanLayout,
): readonly string[] {
  const { paint, width } = layout;
  return [
    ...hang(
      `${paint("strong", cleanLine(requirement.id).padEnd(7))} ${requirement.priority.padEnd(6)}  `,
      cleanLine(requirement.text),
      width,
    ),
    ...requirement.criteria.flatMap((criterion) => [
      ...hang(
        `  ${cleanLine(criterion.id).padEnd(9)}  `,
        `${cleanLine(criterion.text)}${criterion.proof === "judged" ? " (a person judges)" : ""}`,
        width,
      ),
      ...checkLines(
        (work?.checks ?? []).filter((check) => check.criterion === criterion.id),
        layout,
      ),
    ]),
  ];
}

function checkLines(checks: Work["checks"], layout: PlanLayout): readonly string[] {
  return checks.flatMap((check) => [
    ...facts([["  check", `${check.command} (in ${check.directory}, at most ${check.timeoutSeconds} s)`]], layout),
    ...check.files.flatMap(({ path, content }) => [
      ...facts([["  brings", `${path} (${count(lineCount(content), "line", "lines")})`]], layout),
      ...(layout.contents ? contentLines(content, layout) : []),
    ]),
  ]);
}

/** Not wrapped: it is code, and has to be read as it will run. */
function contentLines(content: string, { paint }: PlanLayout): readonly string[] {
  const lines = cleanBlock(content).trimEnd().split("\n");
  return lines.map((line) => paint("quiet", `      ${line}`));
}

function designLines(design: NonNullable<PlanView["design"]>, layout: PlanLayout): readonly string[] {
  return facts(
    [
      ["design", design.approach],
      ...design.components.map(
        (part) => [part.isNew ? "  new" : "  change", `${part.path}: ${part.responsibility}`] as const,
      ),
    ],
    layout,
  );
}

function workLines(work: Work, plan: PlanView, layout: PlanLayout): readonly string[] {
  const { paint, width } = layout;
  const waits = (id: string): readonly string[] => [
    ...(work.tasks.find((task) => task.id === id)?.needs ?? []),
    ...(plan.sync?.overlaps ?? []).filter((edge) => edge.task === id).map((edge) => `${edge.needs} (same files)`),
  ];
  const shape =
    plan.sync === null ? [] : [`longest chain ${plan.sync.criticalPath.length}, up to ${plan.sync.width} at once`];
  return [
    paint("strong", [count(work.tasks.length, "task", "tasks"), ...shape].join(", ")),
    ...work.tickets.flatMap((ticket) => [
      ...(work.tickets.length > 1 ? hang("  ", cleanLine(ticket.title), width) : []),
      ...work.tasks
        .filter((task) => task.ticket === ticket.id)
        .flatMap((task) => [
          ...hang(`  ${cleanLine(task.id)}  `, cleanLine(task.title), width),
          ...facts(
            [
              ...(work.tasks.length === 1 ? [["  does", task.description] as const] : []),
              ["  proves", task.criteria.join(", ")],
              ["  may edit", task.declaredFiles.join(", ")],
              ...(waits(task.id).length === 0 ? [] : [["  after", waits(task.id).join(", ")] as const]),
            ],
            layout,
          ),
        ]),
    ]),
  ];
}

function assumptionLines(spec: WaitingPlan, layout: PlanLayout): readonly string[] {
  const asked = spec.questions.flatMap(({ text, answer }) =>
    answer === null ? [] : [["answered", `${text} ${answer}`] as const],
  );
  const assumed = (spec.plan.requirements?.assumptions ?? []).map((assumption) => ["assumed", assumption] as const);
  return facts([...asked, ...assumed], layout);
}

function lineCount(text: string): number {
  return text.trimEnd().split("\n").length;
}
