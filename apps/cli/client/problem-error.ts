import { problemSchema, type ProblemDocument } from "@omoios/contract/problem";

/** The server refused: its problem document, as an error. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly problem: ProblemDocument;

  constructor(problem: ProblemDocument) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** The problem in the body of an answer, or null when the body is something else. */
export function parseProblem(body: unknown): ProblemDocument | null {
  const parsed = problemSchema.safeParse(body);
  return parsed.success ? parsed.data : null;
}
