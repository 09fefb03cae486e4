import { attemptKindWords, conflictWords, taskWords } from "@omoios/contract/state-words";
import type { ConflictView } from "@omoios/contract/http-conflict";
import type {
  AttemptView,
  EvidenceView,
  MessageView,
  TaskView,
  ValidationView,
  VerdictView,
} from "@omoios/contract/http-task";
import { approachText } from "@omoios/domain/attempt/strategy";
import { ago, spell } from "./ages.ts";
import { cleanBlock, cleanLine } from "./clean-text.ts";
import { hang, truncate } from "./columns.ts";
import { short } from "./event-text.ts";
import type { Paint } from "./paint.ts";
import { field } from "./status-lines.ts";
import { shownAttempt } from "./words.ts";

interface TaskLayout {
  readonly paint: Paint;
  readonly width: number;
  readonly now: Date;
}

/** Lines of output that are shown of a run of a check; `--json` has all that is kept. */
const tailLines = 16;

/** `omoios task show`. */
export function taskLines(task: TaskView, layout: TaskLayout): readonly string[] {
  const { paint, width, now } = layout;
  const { word, tone } = taskWords[task.status];
  return [
    ...hang(`${paint("strong", task.label)}  ${paint(tone, word)}  `, cleanLine(task.title), width),
    field(
      "spec",
      `${task.spec}, ${task.ticket === null ? "before its plan" : `ticket ${task.ticket}`}, ${task.priority} priority, asked ${ago(task.createdAt, now)}`,
      paint,
    ),
    ...(task.branch === "" ? [] : [field("branch", cleanLine(task.branch), paint)]),
    ...(task.needs.length === 0 ? [] : [field("needs", task.needs.map(cleanLine).join(", "), paint)]),
    ...scoreLines(task, layout),
    ...hang(
      `  ${paint("quiet", "files".padEnd(9))}  `,
      task.declaredFiles.map(cleanLine).join(", ") || "none declared",
      width,
    ),
    ...(task.blockedReason === null ? [] : [field("blocked", `for ${task.blockedReason}`, paint)]),
    ...(task.question === null ? [] : hang(`  ${paint("you", "question")}   `, cleanLine(task.question), width)),
    "",
    ...cleanBlock(task.description)
      .trim()
      .split("\n")
      .flatMap((line) => hang("  ", line, width)),
    "",
    ...task.criteria.flatMap((criterion) =>
      hang(`  ${paint("strong", cleanLine(criterion.label))}  `, cleanLine(criterion.text), width),
    ),
    ...task.messages.flatMap((message) => messageLines(message, layout)),
    ...task.conflicts.flatMap((conflict) => conflictLine(conflict, layout)),
    ...task.history.flatMap((attempt) => ["", ...attemptLines(attempt, layout)]),
  ];
}

const senders = { agent: "asked", person: "told", policy: "assumed" } as const;

function messageLines({ from, text, proposal, heardAt }: MessageView, { paint, width }: TaskLayout): readonly string[] {
  const heard = from === "agent" || heardAt !== null ? "" : " (no agent has heard it yet)";
  const would = proposal === null ? "" : ` (it would: ${proposal})`;
  const lead = field(senders[from], "", paint);
  return hang(lead, cleanLine(`${text}${would}${heard}`), width);
}

function conflictLine(conflict: ConflictView, { paint, width }: TaskLayout): readonly string[] {
  const { word, tone } = conflictWords[conflict.state];
  const text = `${word}: ${conflict.paths.join(", ")}, score ${conflict.score}, found by attempt ${conflict.attempt}`;
  return hang(`  ${paint(tone, "conflict".padEnd(9))}  `, cleanLine(text), width);
}

function scoreLines(task: TaskView, { paint, width }: TaskLayout): readonly string[] {
  if (task.score === null || task.scoreFactors === null) return [];
  const { starved, ...factors } = task.scoreFactors;
  const parts = Object.entries(factors).map(([name, value]) => `${name} ${value.toFixed(2)}`);
  return hang(
    `  ${paint("quiet", "score".padEnd(9))}  `,
    `${task.score.toFixed(3)} (${parts.join(", ")}${starved ? ", lifted: waited long" : ""})`,
    width,
  );
}

function claimText({ message, percent, at }: NonNullable<AttemptView["progress"]>, now: Date): string {
  return cleanLine(`${message} (${percent === null ? "" : `${percent} % by its own account, `}${ago(at, now)})`);
}

function attemptLines(attempt: AttemptView, layout: TaskLayout): readonly string[] {
  const { paint, width, now } = layout;
  const { word, tone } = shownAttempt(attempt.state);
  const time =
    attempt.endedAt === null
      ? `asked ${ago(attempt.createdAt, now)}`
      : `took ${spell(Date.parse(attempt.endedAt) - Date.parse(attempt.startedAt ?? attempt.createdAt))}`;
  const approach = approachText(attempt);
  const open = attempt.steps.filter((step) => !step.done).map((step) => cleanLine(step.name));
  return [
    `${paint("strong", `${attemptKindWords[attempt.kind]} ${attempt.number}`)}  ${paint(tone, word)}  ${paint("quiet", cleanLine(`by ${attempt.agent}, ${time}${attempt.tip === null ? "" : `, tip ${short(attempt.tip)}`}`))}`,
    ...(approach === null ? [] : hang(`  ${paint("watch", "it")}         `, approach, width)),
    ...(open.length === 0 ? [] : [field("at step", open.join(", "), paint)]),
    ...(attempt.reason === null
      ? []
      : hang(`  ${paint("quiet", "reason".padEnd(9))}  `, cleanLine(attempt.reason), width)),
    ...(attempt.progress === null || attempt.agentSummary !== null
      ? []
      : hang(`  ${paint("quiet", "it says".padEnd(9))}  `, claimText(attempt.progress, now), width)),
    ...(attempt.agentSummary === null
      ? []
      : hang(`  ${paint("quiet", "it says".padEnd(9))}  `, cleanLine(attempt.agentSummary), width)),
    ...attempt.interventions.flatMap((made) =>
      hang(`  ${paint("watch", made.kind.padEnd(9))}  `, cleanLine(made.reason), width),
    ),
    ...attempt.evidence.flatMap((evidence) => evidenceLines(evidence, layout)),
    ...attempt.validations.flatMap((validation) => validationLine(validation, layout)),
    ...attempt.verdicts.flatMap((verdict) => verdictLines(verdict, layout)),
    ...attempt.candidates.map((candidate) =>
      field(
        "candidate",
        `${short(candidate.commit)} ${candidate.state}${candidate.reason === null ? "" : `: ${cleanLine(candidate.reason)}`}`,
        paint,
      ),
    ),
    ...feedbackLines(attempt, layout),
  ];
}

function evidenceLines(evidence: EvidenceView, { paint, width }: TaskLayout): readonly string[] {
  const mark = evidence.passed
    ? paint("good", paint.marks.good)
    : paint(
        evidence.subject === "base" ? "quiet" : "bad",
        evidence.subject === "base" ? paint.marks.quiet : paint.marks.bad,
      );
  const end = ending(evidence);
  const where = evidence.subject === "base" ? "before the work" : `on ${short(evidence.commit)}`;
  const tail = evidence.passed || evidence.subject === "base" ? [] : tailOf(evidence.tail, { paint, width });
  return [
    ...hang(
      `  ${mark} ${cleanLine(evidence.criterion)}  `,
      `${cleanLine(evidence.command)} ${where}: ${end}, ${spell(evidence.durationMs)}`,
      width,
    ),
    ...tail,
  ];
}

function validationLine(validation: ValidationView, { paint, width, now }: TaskLayout): readonly string[] {
  const { state, model, tokens, usd, createdAt, startedAt, endedAt, reason } = validation;
  const time =
    endedAt === null
      ? `since ${ago(createdAt, now)}`
      : `took ${spell(Date.parse(endedAt) - Date.parse(startedAt ?? createdAt))}`;
  const cost = `${tokens.toLocaleString("en")} tokens, ${usd === null ? "cost unknown" : `$${usd.toFixed(4)}`}`;
  const why = reason === null ? "" : `: ${reason}`;
  return [
    ...hang(
      `  ${paint("quiet", "validator".padEnd(9))}  `,
      cleanLine(`${shownAttempt(state).word}, ${model}, ${time}, ${cost}${why}`),
      width,
    ),
    ...validation.commands.flatMap((run) =>
      hang(
        `    ${paint("quiet", run.name)}  `,
        cleanLine(`had run: ${run.command}: ${ending(run)}, ${spell(run.durationMs)}. To see: ${run.why}`),
        width,
      ),
    ),
  ];
}

function ending({ timedOut, exitCode }: Pick<EvidenceView, "timedOut" | "exitCode">): string {
  return timedOut ? "timed out" : `exit ${exitCode ?? "by signal"}`;
}

function verdictLines(verdict: VerdictView, { paint, width }: TaskLayout): readonly string[] {
  const said =
    verdict.voidReason === null
      ? `${verdict.met ? "met" : "not met"} (${verdict.confidence.toFixed(2)})`
      : `does not count (${cleanLine(verdict.voidReason)})`;
  const mark =
    verdict.met && verdict.voidReason === null ? paint("proof", paint.marks.proof) : paint("watch", paint.marks.watch);
  return hang(
    `  ${mark} ${cleanLine(verdict.criterion)}  `,
    `validator: ${said}. ${cleanLine(verdict.reasoning)}`,
    width,
  );
}

/** What the next attempt was told about this one. */
function feedbackLines({ feedback }: AttemptView, layout: TaskLayout): readonly string[] {
  if (feedback === null) return [];
  const { paint, width } = layout;
  return [
    ...hang(`  ${paint("watch", "told".padEnd(9))}  `, cleanLine(feedback.message), width),
    ...feedback.items.flatMap((item) => [
      ...hang(`    ${paint("strong", cleanLine(item.subject))}  `, cleanLine(item.message), width),
      // The output of a failed check is shown with its evidence already.
      ...(item.tail === null || feedback.kind === "criteria" ? [] : tailOf(item.tail, layout)),
    ]),
  ];
}

function tailOf(text: string, { paint, width }: Pick<TaskLayout, "paint" | "width">): readonly string[] {
  const lines = cleanBlock(text).trimEnd().split("\n").slice(-tailLines);
  return lines.map((line) => paint("quiet", `      | ${truncate(line.replaceAll("\t", "  "), width - 8)}`));
}
