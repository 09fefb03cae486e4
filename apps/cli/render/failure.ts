import type { CliErrorLine } from "@omoios/contract/cli-error";
import { FaultError, faultFixes, faultMessage, type Fault } from "@omoios/domain/shared/fault";
import { shellWord } from "@omoios/domain/shared/shell-word";
import { ProblemError } from "../client/problem-error.ts";
import { exitCodeOfProblem, exitCodes } from "../exit-code.ts";
import { cleanBlock, cleanLine } from "./clean-text.ts";
import { hang } from "./columns.ts";
import type { Paint } from "./paint.ts";

/** Whatever went wrong, as the last line of `--json` says it. Every text in it is safe to print. */
export function describeFailure(error: unknown): CliErrorLine {
  if (error instanceof ProblemError) {
    const { kind, detail, fixes, problems, choices } = error.problem;
    const projects = choices.map((choice) => `--project ${shellWord(choice.project.source)}`);
    return failure({
      kind,
      message: detail,
      // The API speaks of its own parameter; here it is an option.
      fixes: kind === "ambiguous" ? projects : fixes,
      problems,
      exitCode: exitCodeOfProblem(kind),
    });
  }
  if (error instanceof FaultError) {
    const { fault } = error;
    const problems = fault.kind === "invalid" ? fault.problems : [];
    return failure({
      kind: fault.kind,
      message: sentence(fault),
      fixes: faultFixes(fault),
      problems,
      exitCode: exitCodeOfProblem(fault.kind),
    });
  }
  const message = error instanceof Error ? error.message : String(error);
  return failure({
    kind: "bug",
    message,
    fixes: ["This is a bug in OmoiOS; please report it with the lines above"],
    problems: [],
    exitCode: exitCodes.bug,
  });
}

/** The failure for a person: what, where, and how to fix it. */
export function failureLines(
  failed: CliErrorLine,
  { paint, width }: { readonly paint: Paint; readonly width: number },
): readonly string[] {
  const error = `${paint("bad", "error")}  `;
  const fix = `${paint("good", "fix")}    `;
  const at = (problem: Problem): string => `${paint("strong", problem.at)}  `;
  const [first, ...more] = failed.problems;
  const fixes = [...new Set(failed.fixes)];
  // Fixes are not wrapped: a command that is cut in two cannot be copied.
  if (first !== undefined && more.length === 0) {
    return [...hang(`${error}${at(first)}`, first.message, width), ...fixes.map((line) => `${fix}${line}`)];
  }
  const own = new Set(failed.problems.map((problem) => problem.fix));
  return [
    ...hang(error, failed.message, width),
    ...failed.problems.flatMap((problem) => [
      ...hang(`       ${at(problem)}`, problem.message, width),
      ...(problem.fix === undefined ? [] : [`         ${fix}${problem.fix}`]),
    ]),
    ...fixes.filter((line) => !own.has(line)).map((line) => `${fix}${line}`),
  ];
}

type Problem = CliErrorLine["problems"][number];

/** The message without the list of problems, which is printed apart. */
function sentence(fault: Fault): string {
  return fault.kind === "invalid" ? fault.message : faultMessage(fault);
}

function failure(failed: {
  readonly kind: string;
  readonly message: string;
  readonly fixes: readonly string[];
  readonly problems: readonly { readonly at: string; readonly message: string; readonly fix?: string | undefined }[];
  readonly exitCode: number;
}): CliErrorLine {
  const [message = ""] = failed.problems.length > 0 ? failed.message.split("\n") : [failed.message];
  return {
    type: "error",
    kind: failed.kind,
    message: cleanBlock(message),
    fixes: failed.fixes.map(cleanBlock),
    problems: failed.problems.map((problem) => ({
      at: cleanLine(problem.at),
      message: cleanBlock(problem.message),
      ...(problem.fix === undefined ? {} : { fix: cleanBlock(problem.fix) }),
    })),
    exitCode: failed.exitCode,
  };
}
