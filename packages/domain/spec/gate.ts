import { isDeclared } from "../landing/declared-files.ts";
import { componentsOf, isGitFolder } from "../landing/git-path.ts";
import { oneLine } from "../shared/plain-text.ts";
import { cannotFail } from "./check-command.ts";
import { readEars } from "./ears.ts";
import { vagueWords } from "./vague-words.ts";

/** A plan of size `direct`, as far as the gate looks at it. */
export interface DirectPlanShape {
  readonly title: string;
  readonly requirement: { readonly text: string; readonly criterion: string };
  readonly check: PlannedCheckShape;
  readonly task: { readonly title: string; readonly declaredFiles: readonly string[] };
}

export interface PlannedCheckShape {
  readonly command: string;
  readonly directory: string;
  readonly files: readonly { readonly path: string; readonly content: string }[];
}

/** What single texts, paths and commands are held to. */
export const textRules = [
  "title",
  "ears-form",
  "vague-words",
  "placeholder",
  "criterion-restates-requirement",
  "check-cannot-fail",
  "path",
  "declared-files",
  "proof-owned-by-task",
] as const;

export const gateRules = [
  ...textRules,
  "id-form",
  "duplicate-id",
  "unknown-id",
  "repeated",
  "criteria-missing",
  "uncovered",
  "covered-twice",
  "check-missing",
  "judged-with-check",
  "cycle",
  "dependency",
  "two-outcomes",
  "no-outcome",
  "too-many-outcomes",
  "task-mode",
  "empty-ticket",
  "question",
] as const;
export type GateRule = (typeof gateRules)[number];

/** One reason why a plan is refused; hard rules have no score that could make up for it. */
export interface GateFinding {
  readonly rule: GateRule;
  /** Path into the plan. */
  readonly at: string;
  readonly message: string;
  /** What the planner has to do. */
  readonly fix: string;
}

/** Everything that is wrong with a direct plan; none means it passes. */
export function judgeDirectPlan(plan: DirectPlanShape): readonly GateFinding[] {
  return [
    ...judgeTitle(plan.title, "title", 80),
    ...judgeRequirement(plan.requirement.text, "requirement.text"),
    ...judgeCriterion(plan.requirement.criterion, "requirement.criterion", plan.requirement.text),
    ...judgeTitle(plan.task.title, "task.title", 120),
    ...judgeDeclaredFiles(plan.task.declaredFiles, "task.declaredFiles"),
    ...judgeCheck(plan.check, "check", plan.task.declaredFiles),
  ];
}

export function judgeTitle(title: string, at: string, maxLength: number): readonly GateFinding[] {
  const length = Array.from(title.trim()).length;
  if (length >= 3 && length <= maxLength && oneLine(title, maxLength) === title.trim()) return [];
  const fix = `Give a title of one line of 3 to ${maxLength} characters`;
  return [{ rule: "title", at, message: `the title has ${length} characters or is not one plain line`, fix }];
}

/** One EARS statement in words that can be tested. */
export function judgeRequirement(text: string, at: string): readonly GateFinding[] {
  if (isPlaceholder(text)) return [placeholder(at)];
  const reading = readEars(text);
  const fix =
    "Write one EARS statement: The <system> SHALL <response>, opened by WHEN <trigger>, WHILE <state>, WHERE <feature>, or IF <condition>, THEN where it needs one";
  const form: readonly GateFinding[] = reading.ok
    ? []
    : [{ rule: "ears-form", at, message: `the requirement is no EARS statement: ${reading.message}`, fix }];
  return [...form, ...judgeWords(text, at)];
}

/** One observable outcome, in words that can be tested, that is not the requirement over again. */
export function judgeCriterion(text: string, at: string, requirement: string): readonly GateFinding[] {
  if (isPlaceholder(text)) return [placeholder(at)];
  const restates = bareWords(text) === bareWords(requirement);
  const message = "the criterion only repeats the requirement";
  const fix = "Say what is observed, with concrete inputs and outputs, when the requirement is met";
  const restated: readonly GateFinding[] = restates
    ? [{ rule: "criterion-restates-requirement", at, message, fix }]
    : [];
  return [...restated, ...judgeWords(text, at)];
}

/** A check that can fail, inside the tree, out of reach of whoever does the work. */
export function judgeCheck(
  check: PlannedCheckShape,
  at: string,
  declaredFiles: readonly string[],
): readonly GateFinding[] {
  const command: readonly GateFinding[] = cannotFail(check.command)
    ? [
        {
          rule: "check-cannot-fail",
          at: `${at}.command`,
          message: `\`${oneLine(check.command, 120)}\` succeeds whether or not the criterion is met`,
          fix: "Let the exit code of the last command tell whether the criterion is met: no || true, no echo at the end, no pipe into tail",
        },
      ]
    : [];
  const directory = check.directory === "." ? [] : judgePath(check.directory, `${at}.directory`);
  const files = check.files.flatMap((file, index) =>
    judgeCheckFile(file.path, `${at}.files[${index}].path`, declaredFiles),
  );
  return [...command, ...directory, ...files, ...repeatedFiles(check, at)];
}

export function judgeDeclaredFiles(files: readonly string[], at: string): readonly GateFinding[] {
  if (files.length === 0) {
    const fix = "List the files, or directories ending in /, that the task may create or change";
    return [{ rule: "declared-files", at, message: "the task declares no files", fix }];
  }
  return files.flatMap((file, index) => judgePath(file.replace(/(?<=.)\/$/u, ""), `${at}[${index}]`));
}

function judgeCheckFile(path: string, at: string, declaredFiles: readonly string[]): readonly GateFinding[] {
  const problems = judgePath(path, at);
  const owner = declaredFiles.find((declared) => isDeclared(path, [declared, `${declared.replace(/\/+$/u, "")}/`]));
  if (problems.length > 0 || owner === undefined) return problems;
  const message = `${oneLine(path, 120)} proves the task, but the task may change it (it declares ${oneLine(owner, 120)})`;
  const fix = "Declare the task's files one by one without the check's, or put the check's file somewhere else";
  return [{ rule: "proof-owned-by-task", at, message, fix }];
}

function repeatedFiles(check: PlannedCheckShape, at: string): readonly GateFinding[] {
  const paths = check.files.map((file) => file.path.toLowerCase());
  return check.files.flatMap((file, index): readonly GateFinding[] =>
    paths.indexOf(file.path.toLowerCase()) === index
      ? []
      : [
          {
            rule: "path",
            at: `${at}.files[${index}].path`,
            message: `${oneLine(file.path, 120)} is given more than once`,
            fix: "Give each file once",
          },
        ],
  );
}

/** A place inside the tree. */
export function judgePath(path: string, at: string): readonly GateFinding[] {
  const problem = treePathProblem(path);
  if (problem === null) return [];
  const fix = "Give a path relative to the top of the repository, for example src/health.ts";
  return [{ rule: "path", at, message: `\`${oneLine(path, 120)}\` ${problem}`, fix }];
}

/** Why a path a plan names cannot be a place in the tree, or null. */
export function treePathProblem(path: string): string | null {
  if (path.trim() === "") return "is empty";
  if (oneLine(path, Infinity) !== path || path.includes("\\"))
    return "has spaces around it, a backslash or characters nobody can see";
  if (/^(?:\/|~|[A-Za-z]:)/u.test(path)) return "is absolute";
  const components = componentsOf(path);
  if (components.includes("..")) return "leaves the repository";
  if (components.some(isGitFolder)) return "is inside git's own folder";
  if (components.some((component) => component === "" || component === ".")) return "has an empty or . part";
  return null;
}

function judgeWords(text: string, at: string): readonly GateFinding[] {
  const words = vagueWords(text);
  if (words.length === 0) return [];
  const message = `nobody can test ${words.map((word) => `"${word}"`).join(", ")}`;
  const fix =
    "Replace it by what is observed: a value, a limit with its unit, an exact text or a list. A name goes in quotes";
  return [{ rule: "vague-words", at, message, fix }];
}

const placeholders =
  /^(?:tbd|todo|n a|na|none|null|undefined|placeholder|example|requirement|requirement text|(?:acceptance )?criteri(?:on|a)|criterion text|it works|works|works as expected|it works as expected|lorem ipsum.*|to be (?:defined|decided|determined)|fill (?:this )?in|xxx+)(?: \d+)?$/u;

/** True for a text that is empty or only stands for one that is still to be written. */
export function isPlaceholder(text: string): boolean {
  return (
    bareWords(text).length < 3 ||
    placeholders.test(bareWords(text)) ||
    /^\s*(?:<[^>]*>|\[[^\]]*\]|\{[^}]*\})\s*$/u.test(text)
  );
}

/** The finding for {@link isPlaceholder}. */
export function placeholder(at: string): GateFinding {
  const message = "the text is empty or only stands for one that is still to be written";
  return { rule: "placeholder", at, message, fix: "Write what this repository needs" };
}

/** Letters and digits in lower case, one space between words: what two texts are compared by. */
export function bareWords(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}
