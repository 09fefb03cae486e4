import type { SpecView, PullRequestView } from "@omoios/contract/http-spec";
import type { StatusView } from "@omoios/contract/http-system";
import type { AttemptView, TaskView } from "@omoios/contract/http-task";
import { shellWord } from "@omoios/domain/shared/shell-word";
import { cleanBlock, cleanLine } from "../render/clean-text.ts";
import { hang, wrap } from "../render/columns.ts";
import { short } from "../render/event-text.ts";
import { markdownLines } from "../render/markdown-lines.ts";
import type { StatusLayout } from "../render/status-lines.ts";

/** What a person has to know before the first event: what is played and what is real. */
export function openingLines({ paint, width }: StatusLayout): readonly string[] {
  return [
    paint("strong", "OmoiOS, from a sentence to a proven pull request"),
    ...wrap(
      "The words of model and agent come from a script, examples/notes/demo.yaml. Everything else happens: git, sandboxes, processes, checks, database.",
      width,
    ),
    "",
  ];
}

/** Each attempt: what the agent claimed, and what became of it. */
export function attemptLines(task: TaskView, layout: StatusLayout): readonly string[] {
  const { paint, width } = layout;
  return [
    paint("strong", "What the agent said, and what was found"),
    ...task.history.flatMap((attempt) => {
      const lead = `  ${paint(isProven(attempt) ? "good" : "watch", `Attempt ${attempt.number}`)}  `;
      const claim = attempt.agentSummary === null ? "(said nothing)" : `“${cleanLine(attempt.agentSummary)}”`;
      return [
        ...hang(lead, claim, width),
        ...findings(attempt).flatMap((finding) => hang(" ".repeat(13), cleanLine(finding), width)),
      ];
    }),
    "",
  ];
}

function isProven(attempt: AttemptView): boolean {
  return attempt.candidates.some((candidate) => candidate.state === "landed");
}

function findings(attempt: AttemptView): readonly string[] {
  const landed = attempt.candidates.find((candidate) => candidate.state === "landed");
  if (landed !== undefined) return [`Proven, and landed as ${short(landed.commit)}.`];
  if (attempt.feedback === null) return [attempt.reason ?? `It ${attempt.state}.`];
  const told = attempt.feedback.items.map((item) => `Not proven. ${item.subject}: ${item.message}`);
  const reasons = attempt.verdicts.map((verdict) => `The validator: ${verdict.reasoning}`);
  return [...told, ...reasons];
}

const excerpt = { sections: 2, lines: 24 };

/** What the pull request says of criteria and files; what comes before them was told already. */
export function pullRequestLines(pull: PullRequestView, { paint, width }: StatusLayout): readonly string[] {
  const sections = cleanBlock(pull.body)
    .split(/^(?=## )/mu)
    .slice(1);
  const linesOf = (from: readonly string[]): readonly string[] =>
    from.flatMap((section) => ["", ...markdownLines(section, { paint, width: width - 4 })]).slice(1);
  const shown = linesOf(sections.slice(0, excerpt.sections)).slice(0, excerpt.lines);
  const left = linesOf(sections).length - shown.length;
  return [
    `${paint("strong", "From the pull request")}  ${cleanLine(pull.title)}`,
    ...shown.map((line) => `  ${paint("quiet", "│")} ${line}`.trimEnd()),
    ...(left > 0 ? [paint("quiet", `  │ … and ${left} lines more, with what it cost and how to prove it again`)] : []),
    "",
  ];
}

export interface Standing {
  readonly spec: SpecView;
  readonly status: StatusView;
  readonly link: { readonly url: string };
  readonly repository: string;
  /** The launcher of this installation. */
  readonly launcher: string;
  readonly scenario: string;
}

/** While the server stays up: where everything lies, and how to look around. */
export function lookAroundLines(standing: Standing, { paint }: StatusLayout): readonly string[] {
  const { spec, status, link } = standing;
  const task = spec.tasks.at(0)?.label;
  return [
    paint("strong", "Look around in a second terminal"),
    `  export OMOIOS_HOME=${shellWord(status.home)}`,
    `  alias omoios=${shellWord(standing.launcher)}`,
    `  omoios spec show ${spec.label}`,
    ...(task === undefined ? [] : [`  omoios task show ${task}`, `  omoios task logs ${task}`]),
    ...(spec.pullRequest === null
      ? []
      : [`  omoios pr show ${spec.label}`, `  omoios pr take ${spec.label} --repo ${shellWord(standing.repository)}`]),
    "",
    `${paint("strong", "Or in a browser")}: the API, signed in by this link, once`,
    // A link on a line of its own, from its first column on, stays whole in 80 columns.
    link.url,
    "",
    "Ctrl-C ends the demo and removes everything it made.",
  ];
}

/** The way to the person's own repository, with what this version can and cannot do there. */
export function nextRepositoryLines(
  { launcher, scenario }: Pick<Standing, "launcher" | "scenario">,
  { paint, width }: StatusLayout,
): readonly string[] {
  return [
    paint("strong", "Next, in a repository of yours"),
    `  alias omoios=${shellWord(launcher)}`,
    "  omoios doctor",
    '  omoios run "<feature>" --agent scripted --model scripted --scenario s.yaml',
    "",
    ...wrap(
      `Write s.yaml after ${scenario}, or let a program of yours be the agent (agents.command of the configuration). Planner and validator can be a model of Anthropic: --model anthropic:<name>, with a key in ANTHROPIC_API_KEY.`,
      width - 2,
    ).map((line) => `  ${line}`),
  ];
}
