import type { SpecView, PullRequestView } from "@omoios/contract/http-spec";
import type { StatusView } from "@omoios/contract/http-system";
import type { AttemptView, TaskView } from "@omoios/contract/http-task";
import { pagePaths } from "@omoios/contract/pages";
import { shellWord } from "@omoios/domain/shared/shell-word";
import { cleanBlock, cleanLine } from "../render/clean-text.ts";
import { hang, wrap } from "../render/columns.ts";
import { short } from "../render/event-text.ts";
import { markdownLines } from "../render/markdown-lines.ts";
import type { StatusLayout } from "../render/status-lines.ts";
import type { ChangedSetting } from "./demo-config.ts";

/** What a person has to know before the first event: what is played and what is real. */
export function openingLines(scenario: string, { paint, width }: StatusLayout): readonly string[] {
  return [
    paint("strong", "OmoiOS, from a sentence to a proven pull request"),
    ...wrap(
      `The words of models and agents come from a script, ${scenario}. Everything else happens: git, sandboxes, processes, checks, database. Soon after the first task has landed, somebody else commits to the base branch.`,
      width,
    ),
    "",
  ];
}

/** What the demo has set otherwise than OmoiOS is delivered. */
export function settingLines(changed: readonly ChangedSetting[], { width }: StatusLayout): readonly string[] {
  const named = changed.map(({ name, value, usually }) => `${name} ${value} (usually ${usually})`);
  return named.length === 0 ? [] : wrap(`Set for the demo: ${named.join(", ")}.`, width);
}

/** Where no jail starts, nobody may overlook it. */
export function unjailedLines(
  { reason, fix }: { readonly reason: string; readonly fix: string },
  { paint, width }: StatusLayout,
): readonly string[] {
  return [
    ...hang(`${paint("bad", "NO ISOLATION")}  `, cleanLine(reason), width),
    ...wrap(
      "The demo goes on without a jail, because its agents do only what our own script says: they run as you, and nothing holds them back. Everything else of OmoiOS refuses to.",
      width,
    ),
    `${paint("good", "fix")}    ${fix}`,
    "",
  ];
}

/** How to follow the run in a browser. */
export function watchLines(link: { readonly url: string }, { paint }: StatusLayout): readonly string[] {
  // A link on a line of its own, from its first column on, stays whole in 80 columns.
  return [`${paint("strong", "Live in a browser, too")}: this link signs you in, once`, link.url, ""];
}

/** Each attempt of the tasks that took more than one: what the agent claimed, and what became of it. */
export function attemptLines(tasks: readonly TaskView[], layout: StatusLayout): readonly string[] {
  const { paint, width } = layout;
  const retried = tasks.filter(({ history }) => history.length > 1);
  return retried.length === 0
    ? []
    : [
        paint("strong", "What agents said, and what was found"),
        ...retried.flatMap((task) => [
          ...hang(`  ${paint("strong", task.label)}  `, cleanLine(task.title), width),
          ...task.history.flatMap((attempt) => oneAttempt(attempt, layout)),
        ]),
        "",
      ];
}

function oneAttempt(attempt: AttemptView, { paint, width }: StatusLayout): readonly string[] {
  const lead = `    ${paint(isProven(attempt) ? "good" : "watch", `Attempt ${attempt.number}`)}  `;
  const claim = attempt.agentSummary === null ? "(said nothing)" : `“${cleanLine(attempt.agentSummary)}”`;
  return [
    ...hang(lead, claim, width),
    ...findings(attempt).flatMap((finding) => hang(" ".repeat(15), cleanLine(finding), width)),
  ];
}

function isProven(attempt: AttemptView): boolean {
  return attempt.candidates.some((candidate) => candidate.state === "landed");
}

function findings(attempt: AttemptView): readonly string[] {
  const landed = attempt.candidates.find((candidate) => candidate.state === "landed");
  if (landed !== undefined) return [`Proven, and landed as ${short(landed.commit)}.`];
  if (attempt.feedback === null) return [attempt.reason ?? `It ${attempt.state}.`];
  const { items, message } = attempt.feedback;
  if (items.length === 0) return [`${message}.`];
  const told = items.map((item) => `Not proven. ${item.subject}: ${item.message}`);
  const reasons = attempt.verdicts.map((verdict) => `The validator: ${verdict.reasoning}`);
  return [...told, ...reasons];
}

const excerpt = { sections: 2, lines: 24 };

/** What the pull request says of criteria and files; what comes before them was told already. */
export function pullRequestLines(pull: PullRequestView, { paint, width }: StatusLayout): readonly string[] {
  const [head = "", ...sections] = cleanBlock(pull.body).split(/^(?=## )/mu);
  const warnings = head.split("\n\n").filter((part) => part.startsWith("> [!WARNING]"));
  const linesOf = (from: readonly string[]): readonly string[] =>
    from.flatMap((section) => ["", ...markdownLines(section, { paint, width: width - 4 })]).slice(1);
  const shown = linesOf([...warnings, ...sections.slice(0, excerpt.sections)]).slice(0, excerpt.lines);
  const left = linesOf([...warnings, ...sections]).length - shown.length;
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
export function lookAroundLines(standing: Standing, { paint, width }: StatusLayout): readonly string[] {
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
    ...watchLines(link, { paint, width }).slice(0, 2),
    ...(spec.pullRequest === null ? [] : [pageUrl(link.url, spec)]),
    "",
    "Ctrl-C ends the demo and removes everything it made.",
  ];
}

/** Where the pull request is read, in a browser that is signed in. */
function pageUrl(base: string, { label }: SpecView): string {
  return new URL(pagePaths.pullRequest.replace(":spec", label), base).href;
}

/** The way to the person's own repository. */
export function nextRepositoryLines(
  { launcher, scenario }: Pick<Standing, "launcher" | "scenario">,
  { paint, width }: StatusLayout,
): readonly string[] {
  return [
    paint("strong", "Next, in a repository of yours"),
    `  alias omoios=${shellWord(launcher)}`,
    "  omoios doctor",
    "  omoios agent install claude",
    '  omoios run "<feature>" --agent claude --budget 5',
    "",
    ...wrap(
      `The agent's model is paid with your key, in ANTHROPIC_API_KEY. Without one, play a script: --agent scripted --model scripted --scenario FILE; ${scenario} is one to copy.`,
      width - 2,
    ).map((line) => `  ${line}`),
  ];
}
