import { problemSchema, type ProblemDocument } from "@omoios/contract/problem";

/** An answer of the server that is not a success, or that there was none; `problem` is what a person is told. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly problem: ProblemDocument;

  constructor(problem: ProblemDocument, options?: ErrorOptions) {
    super(problem.detail, options);
    this.problem = problem;
  }
}

/** The problem a person is told about, whatever was thrown. */
export function problemOf(error: unknown): ProblemDocument {
  if (error instanceof ApiError) return error.problem;
  const detail = error instanceof Error ? error.message : String(error);
  return ownProblem("bug", { title: "This page has a fault", detail, fixes: ["Load the page again"] });
}

export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiError && error.problem.kind === "unauthenticated";
}

/** Reads problem+json; a proxy or a server that is starting may answer anything else. */
export async function refusalOf(answer: Response): Promise<ApiError> {
  const text = await answer.text();
  const parsed = problemSchema.safeParse(jsonOrNull(text));
  if (parsed.success) return new ApiError(parsed.data);
  const detail = `The server answered ${answer.status} ${answer.statusText} and did not say why`;
  return new ApiError(
    ownProblem("unavailable", { title: "Not available", detail, fixes: ["Try again in a moment"], retryable: true }),
  );
}

export function unreachable(cause: unknown): ApiError {
  const problem = ownProblem("unavailable", {
    title: "The server does not answer",
    detail: "Agents of a server that runs keep working; this page only cannot see them.",
    fixes: ["On the server's machine: omoios up"],
    retryable: true,
  });
  return new ApiError(problem, { cause });
}

export function unreadable(path: string, cause: unknown): ApiError {
  const problem = ownProblem("bug", {
    title: "The server speaks another version",
    detail: `What ${path} answered cannot be read by this page`,
    fixes: ["Load the page again; it then comes from the server that runs now"],
  });
  return new ApiError(problem, { cause });
}

function ownProblem(
  kind: ProblemDocument["kind"],
  facts: Pick<ProblemDocument, "title" | "detail" | "fixes"> & { readonly retryable?: boolean },
): ProblemDocument {
  const none = { status: 0, instance: "", problems: [], choices: [], retryable: false };
  return { type: `urn:omoios:problem:${kind}`, kind, ...none, ...facts };
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
