import type { CriterionView, SpecCreated, SpecSummary, SpecView } from "@omoios/contract/http-spec";
import type { EvidenceView } from "@omoios/contract/http-task";
import { spell, stopwatch } from "./ages.ts";
import { cleanLine } from "./clean-text.ts";
import { cells, hang, truncate, truncateStart } from "./columns.ts";
import { count, short } from "./event-text.ts";
import type { Paint } from "./paint.ts";
import { shownSpec } from "./words.ts";

export interface ResultLayout {
  readonly paint: Paint;
  readonly width: number;
}

/** A spec that was just requested, and what the person should know of it; what it works with was said before. */
export function requestLines(created: SpecCreated, layout: ResultLayout): readonly string[] {
  return [...requestedLines(created.spec, layout), ...noticeLines(created, layout)];
}

function requestedLines(spec: SpecSummary, { paint, width }: ResultLayout): readonly string[] {
  return hang(`${paint("strong", spec.label)}  `, cleanLine(spec.request).slice(0, 400), width);
}

/** What a run is about that goes on. */
export function headingLines(spec: SpecSummary, layout: ResultLayout): readonly string[] {
  const { paint, width } = layout;
  const from = `${cleanLine(spec.base.branch)} at ${short(spec.base.commit)}`;
  const facts: readonly (readonly [string, string])[] = [
    ["from", `${from} in ${truncateStart(cleanLine(spec.project.source), width - 13 - cells(from))}`],
    ["size", spec.size === "direct" ? "direct: one requirement, one check, one task" : spec.size],
    ["with", cleanLine(`agent ${spec.settings.agent}, model ${spec.settings.model}`)],
  ];
  return [
    ...requestedLines(spec, layout),
    ...facts.flatMap(([name, text]) => hang(`  ${name}   `, text, width).map((line) => paint("quiet", line))),
  ];
}

/** What the person should know before the work starts: what the run does not see. */
function noticeLines(created: SpecCreated, { paint, width }: ResultLayout): readonly string[] {
  const { leftOut } = created;
  const named = leftOut.paths.slice(0, 3).map(cleanLine).join(", ");
  const rest = leftOut.count > 3 ? ` and ${leftOut.count - 3} more` : "";
  const dirty = leftOut.count === 0 ? [] : [`Not committed, so left out: ${named}${rest}`];
  return [...dirty, ...created.notices.map(cleanLine)].flatMap((notice) =>
    hang(`  ${paint("watch", paint.marks.watch)} `, notice, width),
  );
}

/** How a run ended: every criterion with its evidence, the branch, and what to do next. */
export function resultLines(spec: SpecView, layout: ResultLayout): readonly string[] {
  const { paint } = layout;
  const { word, tone } = shownSpec(spec);
  const proven = `${spec.goal.met} of ${spec.goal.total} ${spec.goal.total === 1 ? "criterion" : "criteria"} proven`;
  const took = spec.endedAt === null ? "" : `, ${stopwatch(Date.parse(spec.endedAt) - Date.parse(spec.requestedAt))}`;
  return [
    `${paint("strong", spec.label)}  ${paint(spec.status === "in_review" && spec.attention === null ? "good" : tone, word)}: ${proven}${took}`,
    "",
    ...spec.criteria.flatMap((criterion) => criterionLines(criterion, layout)),
    ...(spec.criteria.length === 0 ? [] : [""]),
    ...factLines(spec, layout),
  ];
}

/** One criterion: what it says, and the evidence its standing rests on. */
export function criterionLines(criterion: CriterionView, { paint, width }: ResultLayout): readonly string[] {
  const mark = standingMark(criterion.standing, paint);
  const newest =
    criterion.evidence.findLast((evidence) => evidence.subject === "candidate") ?? criterion.evidence.at(-1);
  const lead = `  ${mark} ${paint("strong", cleanLine(criterion.label))}  `;
  const indent = " ".repeat(cells(lead));
  return [
    ...hang(lead, cleanLine(criterion.text), width),
    ...(newest === undefined ? [] : evidenceLines(newest, { indent, width }).map((line) => paint("quiet", line))),
    ...(criterion.why === null
      ? []
      : hang(
          `${indent}${paint("watch", criterion.standing === "judged" ? "judged only:" : "not proven:")} `,
          cleanLine(criterion.why),
          width,
        )),
  ];
}

/** The mark of a criterion: proven, not proven, or for a person to judge. */
export function standingMark(standing: CriterionView["standing"], paint: Paint): string {
  switch (standing) {
    case "met":
      return paint("good", paint.marks.good);
    case "unmet":
      return paint("bad", paint.marks.bad);
    case "judged":
      return paint("you", paint.marks.you);
  }
}

function evidenceLines(
  evidence: EvidenceView,
  at: { readonly indent: string; readonly width: number },
): readonly string[] {
  const end = evidence.timedOut ? "timed out" : `exit ${evidence.exitCode ?? "by signal"}`;
  const facts = `${end}, ${spell(evidence.durationMs)}, at ${short(evidence.commit)}`;
  const room = at.width - cells(at.indent) - cells(facts) - 2;
  const command = cleanLine(evidence.command);
  return room >= cells(command) || room >= 24
    ? [`${at.indent}${truncate(command, room)}  ${facts}`]
    : [`${at.indent}${truncate(command, at.width - cells(at.indent))}`, `${at.indent}${facts}`];
}

function factLines(spec: SpecView, { paint, width }: ResultLayout): readonly string[] {
  const attempts = spec.tasks.reduce((sum, task) => sum + task.attempts, 0);
  const cost = spec.usage.usd === null ? "price unknown" : `$${spec.usage.usd.toFixed(2)}`;
  const pull = spec.pullRequest;
  const facts: readonly (readonly [string, string])[] = [
    ...(pull === null ? [] : [["branch", `${pull.branch} into ${pull.base}, at ${short(pull.headCommit)}`] as const]),
    ["work", `${count(spec.tasks.length, "task", "tasks")}, ${count(attempts, "attempt", "attempts")}`],
    [
      "models",
      `${count(spec.usage.calls, "call", "calls")}, ${spec.usage.tokens.toLocaleString("en-US")} tokens, ${cost}`,
    ],
    ...spec.assumptions.map((assumption) => ["assumed", assumption] as const),
  ];
  return facts.flatMap(([name, text]) => hang(`  ${paint("quiet", name.padEnd(8))}  `, cleanLine(text), width));
}

export interface NextStep {
  readonly line: string;
  readonly does: string;
}

/** The commands that make sense now, ready to type. */
export function nextSteps(spec: SpecView): readonly NextStep[] {
  const blocked = firstToMend(spec.tasks);
  switch (spec.status) {
    case "in_review":
      return [
        { line: `omoios pr show ${spec.label}`, does: "read it: criteria, evidence, files" },
        { line: `omoios pr take ${spec.label}`, does: "fetch the branch into your repository" },
      ];
    case "awaiting_approval":
      return [
        { line: `omoios spec show ${spec.label}`, does: "read the plan" },
        { line: `omoios spec approve ${spec.label}`, does: "approve it and start the work" },
        { line: `omoios spec reject ${spec.label} --reason "…"`, does: "have it made anew" },
        { line: `omoios spec cancel ${spec.label}`, does: "drop it" },
      ];
    case "planning":
      return planningSteps(spec);
    case "draft":
    case "executing":
    case "verifying":
      return blocked === undefined
        ? [{ line: `omoios run --resume ${spec.label}`, does: "go on watching" }]
        : repairSteps(blocked, spec.label);
    case "failed":
      return blocked === undefined
        ? [{ line: `omoios events --spec ${spec.label}`, does: "read what happened" }]
        : repairSteps(blocked, spec.label);
    case "merged":
    case "closed":
    case "cancelled":
      return [];
  }
}

/** What waits for another task is mended by mending that one. */
function firstToMend(tasks: SpecView["tasks"]): SpecView["tasks"][number] | undefined {
  const stopped = tasks.filter(({ status }) => status === "blocked" || status === "failed");
  return stopped.find(({ blockedReason }) => blockedReason !== "dependency") ?? stopped[0];
}

function planningSteps(spec: SpecView): readonly NextStep[] {
  const goOn = { line: `omoios run --resume ${spec.label}`, does: "go on watching" };
  if (spec.attention === null) return [goOn];
  const asks = spec.questions.some((question) => question.answer === null);
  if (asks) return [{ line: `omoios answer ${spec.label}`, does: "read the questions, and answer" }, goOn];
  return [{ line: `omoios spec show ${spec.label}`, does: "read what there is" }, goOn];
}

function repairSteps({ label: task, blockedReason }: SpecView["tasks"][number], spec: string): readonly NextStep[] {
  if (blockedReason === "question")
    return [
      { line: `omoios answer ${task}`, does: "read what its agent asks, and answer" },
      { line: `omoios spec cancel ${spec}`, does: "drop it" },
    ];
  return [
    ...(blockedReason === "conflict"
      ? [{ line: `omoios conflict show ${task}`, does: "see both sides, and resolve it yourself" }]
      : []),
    { line: `omoios task show ${task}`, does: "see why each attempt was sent back" },
    { line: `omoios task retry ${task}`, does: "try again" },
    { line: `omoios spec cancel ${spec}`, does: "drop it" },
  ];
}

/** The next steps as lines; a command is never cut, so that it can be copied. */
export function nextLines(steps: readonly NextStep[], { paint, width }: ResultLayout): readonly string[] {
  if (steps.length === 0) return [];
  const size = Math.max(...steps.map((step) => step.line.length));
  const beside = steps.every((step) => size + step.does.length + 4 <= width);
  return [
    "",
    paint("strong", "Next"),
    ...steps.flatMap(({ line, does }) =>
      beside ? [`  ${line.padEnd(size)}  ${paint("quiet", does)}`] : [`  ${line}`, `      ${paint("quiet", does)}`],
    ),
  ];
}
