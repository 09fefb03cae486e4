import type { PlanView } from "@omoios/contract/http-plan";
import { isDependencyManifest, sensitiveRule } from "@omoios/domain/landing/sensitive-path";
import { cleanLine } from "./clean-text.ts";
import { cells, hang, padEnd, padStart, truncate, wrap } from "./columns.ts";
import { count, short } from "./event-text.ts";
import type { NextStep } from "./spec-result.ts";
import type { StatusLayout } from "./status-lines.ts";
import { waitingPlanLines, type WaitingPlan } from "./waiting-plan-lines.ts";

type Work = NonNullable<PlanView["work"]>;

interface Fact {
  readonly name: string;
  readonly text: string;
  /** Said at the end of the line, whatever of the text is cut. */
  readonly more?: string;
}

/** A plan of so many lines needs no shorter page. */
const wholeAtMost = 40;
/** As long as requirements and tasks together take no more lines, a requirement has two. */
const roomyAtMost = 26;
const shownRequirements = 14;
const shownTasks = 20;
/** Cells an id of a task has. */
const shownId = 14;

/**
 * The plan that waits for a person, on one page: what they get, how it is made, what proves it, and what they should know
 * before they say yes. Of a long plan texts are cut, and the full plan has every word; a short one is shown whole.
 */
export function planPageLines(spec: WaitingPlan, layout: StatusLayout): readonly string[] {
  const whole = waitingPlanLines(spec, { ...layout, contents: false });
  if (whole.length <= wholeAtMost) return [...headLines(spec, layout), "", ...whole];
  return [
    ...headLines(spec, layout),
    "",
    ...requirementLines(spec.plan, layout),
    ...taskLines(spec.plan, layout),
    ...proofLines(spec.plan, layout),
    ...section("Before you say yes", knowFacts(spec), layout),
  ];
}

/** What a person can do with a plan that waits. */
export function planSteps({ label, planDigest, plan }: WaitingPlan): readonly NextStep[] {
  const requirement = plan.requirements?.requirements[0]?.id ?? "REQ-1";
  const yes = planDigest === null ? [] : [{ line: `omoios spec approve ${label}`, does: "approve it and start" }];
  return [
    { line: `omoios spec show ${label} --full`, does: "read every word, with the checks" },
    ...yes,
    { line: `omoios spec edit ${label} ${cleanLine(requirement)} "…"`, does: "change the words of one" },
    { line: `omoios spec reject ${label} --reason "…"`, does: "have it made anew" },
    { line: `omoios spec cancel ${label}`, does: "drop it" },
  ];
}

function headLines(spec: WaitingPlan, { paint, width }: StatusLayout): readonly string[] {
  const { plan } = spec;
  const title = plan.requirements?.title ?? plan.prd?.title ?? spec.title;
  const sealed = spec.planDigest === null ? "not sealed yet" : `sealed as ${short(spec.planDigest)}`;
  const isSaid = cleanLine(spec.request) === cleanLine(title);
  const stale = { name: "stale", text: `${plan.stale.join(", ")}: omoios spec regenerate ${spec.label}` };
  const facts: readonly Fact[] = [
    spec.attention === null
      ? { name: "you", text: "are asked to approve it: nothing is built before" }
      : { name: "you", text: spec.attention },
    ...(isSaid ? [] : [{ name: "request", text: spec.request }]),
    {
      name: "from",
      text: `${spec.base.branch} at ${short(spec.base.commit)} of ${spec.project.name}, size ${spec.size}`,
    },
    { name: "plan", text: [sealed, ...scoresText(plan)].join(", ") },
    ...(plan.stale.length === 0 ? [] : [stale]),
  ];
  return [...hang(`${paint("strong", spec.label)}  `, cleanLine(title), width), ...factLines(facts, { paint, width })];
}

/** The full plan says which phase got which. */
function scoresText({ standing }: PlanView): readonly string[] {
  const scores = standing.flatMap(({ score }) => (score === null ? [] : [score]));
  if (scores.length === 0) return [];
  const [least, most] = [Math.min(...scores).toFixed(2), Math.max(...scores).toFixed(2)];
  return [`its gates gave ${least === most ? least : `${least} to ${most}`}`];
}

/** Each requirement with the number of its criteria, and as much of its words as the page has room for. */
function requirementLines({ requirements, prd, work }: PlanView, layout: StatusLayout): readonly string[] {
  if (requirements === null) return section("What you get", few("goal", prd?.goals ?? [], 2), layout);
  const { paint, width } = layout;
  const all = requirements.requirements;
  const shown = all.slice(0, shownRequirements);
  const isRoomy = 2 * shown.length + (work?.tasks.length ?? 0) <= roomyAtMost;
  const size = Math.max(...shown.map(({ id }) => cells(cleanLine(id))));
  const more = all.length - shown.length;
  return [
    `${paint("strong", "What you get")}: ${count(all.length, "requirement", "requirements")}`,
    ...shown.flatMap(({ id, priority, text, criteria }) => {
      const lead = `  ${padEnd(cleanLine(id), size)}  ${priority.padEnd(6)}  `;
      const end = count(criteria.length, "criterion", "criteria");
      const room = width - cells(lead) - cells("99 criteria") - 2;
      const [first = "", ...rest] = cut(cleanLine(text), room, isRoomy ? 2 : 1);
      const under = rest.map((line) => `${" ".repeat(cells(lead))}${line}`);
      return [`${lead}${padEnd(first, room)}  ${paint("quiet", end)}`, ...under];
    }),
    ...(more > 0 ? [paint("quiet", `  … and ${more} more`)] : []),
    ...factLines(few("not", prd?.scopeOut ?? [], 2), layout),
    "",
  ];
}

/** The graph as a list: a task waits for the numbers after it. */
function taskLines({ work, sync }: PlanView, { paint, width }: StatusLayout): readonly string[] {
  if (work === null) return [];
  const shape = sync === null ? [] : [`longest chain ${sync.criticalPath.length}`, `up to ${sync.width} at once`];
  const number = new Map(work.tasks.map(({ id }, index) => [id, index + 1]));
  const size = Math.min(shownId, Math.max(...work.tasks.map(({ id }) => cells(cleanLine(id)))));
  const rows = work.tasks.slice(0, shownTasks).map((task) => {
    const overlaps = (sync?.overlaps ?? []).filter(({ task: id }) => id === task.id).map(({ needs }) => needs);
    const after = [...new Set([...task.needs, ...overlaps])].map((id) => number.get(id) ?? cleanLine(id));
    return {
      lead: `${padStart(String(number.get(task.id) ?? ""), 4)}  ${padEnd(truncate(cleanLine(task.id), shownId), size)}  `,
      title: cleanLine(task.title),
      end: [
        ...(after.length === 0 ? [] : [`after ${after.join(", ")}`]),
        count(task.declaredFiles.length, "file", "files"),
      ].join("; "),
    };
  });
  const more = work.tasks.length - rows.length;
  return [
    [paint("strong", count(work.tasks.length, "task", "tasks")), ...shape].join(", "),
    ...rows.map(({ lead, title, end }) => {
      const room = width - cells(lead) - cells(end) - 2;
      return `${lead}${padEnd(truncate(title, room), room)}  ${paint("quiet", end)}`;
    }),
    ...(more > 0 ? [paint("quiet", `  … and ${more} more`)] : []),
    "",
  ];
}

function proofLines(plan: PlanView, layout: StatusLayout): readonly string[] {
  const { work, requirements } = plan;
  if (work === null || requirements === null) return [];
  const criteria = requirements.requirements.flatMap((requirement) => requirement.criteria);
  const judged = criteria.filter(({ proof }) => proof === "judged").map(({ id }) => id);
  const files = new Set(work.checks.flatMap((check) => check.files.map(({ path }) => path)));
  const brought = files.size === 0 ? "" : `, with ${count(files.size, "test file", "test files")} of their own`;
  const proven = criteria.length - judged.length;
  return section(
    "What proves it",
    [
      { name: "checks", text: `${work.checks.length} for ${proven} of ${criteria.length} criteria${brought}` },
      { name: "run", text: programsOf(work) },
      ...(judged.length === 0 ? [] : [{ name: "you", text: `judge ${judged.join(", ")}: no check can` }]),
    ],
    layout,
  );
}

/** The programs that checks are: what stays of their commands when what they are run on is left out. */
function programsOf({ checks }: Work): string {
  return [...new Set(checks.map(({ command }) => command.split(/\s/u).slice(0, 2).join(" ")))].join(", ");
}

function knowFacts({ plan, questions }: WaitingPlan): readonly Fact[] {
  const declared = [...new Set((plan.work?.tasks ?? []).flatMap((task) => task.declaredFiles))];
  const touched = declared.flatMap((path) => {
    const rule = sensitiveRule(path);
    if (rule !== null) return [`${path}: ${rule.reason}`];
    return isDependencyManifest(path) ? [`${path}: names the packages it depends on`] : [];
  });
  const answered = questions.flatMap(({ text, answer }) => (answer === null ? [] : [`${answer} (${text})`]));
  const open = questions.flatMap(({ text, answer }) => (answer === null ? [text] : []));
  return [
    ...few("asks", open, 2),
    ...few("answered", answered, 2),
    ...few("touches", touched, 3),
    ...few("assumed", plan.requirements?.assumptions ?? plan.prd?.assumptions ?? [], 3),
    ...few("bound by", plan.prd?.constraints ?? [], 2),
    ...few(
      "risk",
      (plan.prd?.risks ?? []).map(({ risk, answer }) => `${risk}: ${answer}`),
      2,
    ),
  ];
}

/** The first texts, and how many there are besides. */
function few(name: string, texts: readonly string[], shown: number): readonly Fact[] {
  const rest = texts.length - shown;
  return texts
    .slice(0, shown)
    .map((text, index) => ({ name, text, more: index === shown - 1 && rest > 0 ? ` (and ${rest} more)` : "" }));
}

function section(title: string, facts: readonly Fact[], layout: StatusLayout): readonly string[] {
  return facts.length === 0 ? [] : [layout.paint("strong", title), ...factLines(facts, layout), ""];
}

/** One line a fact, its name once for all that follow under it. */
function factLines(facts: readonly Fact[], { paint, width }: StatusLayout): readonly string[] {
  return facts.map(({ name, text, more = "" }, index) => {
    const lead = `  ${paint("quiet", (facts[index - 1]?.name === name ? "" : name).padEnd(9))}  `;
    return `${lead}${truncate(cleanLine(text), width - cells(lead) - cells(more))}${paint("quiet", more)}`;
  });
}

/** The text in at most so many lines; what is cut off leaves an ellipsis. */
function cut(text: string, width: number, lines: number): readonly string[] {
  const wrapped = wrap(text, width);
  const last = wrapped.slice(lines - 1).join(" ");
  return wrapped.length <= lines ? wrapped : [...wrapped.slice(0, lines - 1), truncate(last, width)];
}
