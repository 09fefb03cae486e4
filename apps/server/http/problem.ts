import { problemContentType, type ProblemDocument, type ProblemKind } from "@omoios/contract/problem";
import {
  FaultError,
  faultFixes,
  faultIsRetryable,
  faultMessage,
  type Fault,
  type Problem,
} from "@omoios/domain/shared/fault";
import { AmbiguousReference } from "@omoios/engine/queries/references";
import { projectView } from "@omoios/engine/queries/spec-summary";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ApiParts } from "./api-parts.ts";
import { sendDashboard } from "./dashboard-routes.ts";
import { signInPage } from "./sign-in-page.ts";

/** A request that is refused at the door, before any use case sees it. */
export class RefusedRequest extends Error {
  override readonly name = "RefusedRequest";
  readonly kind: "unauthenticated" | "denied";
  readonly fixes: readonly string[];

  constructor(kind: RefusedRequest["kind"], message: string, fixes: readonly string[]) {
    super(message);
    this.kind = kind;
    this.fixes = fixes;
  }
}

/**
 * Answers everything that goes wrong as problem+json (RFC 9457). A browser that asks for a page gets one: how to sign in,
 * or the dashboard, which says that there is nothing at this address.
 */
export function answerProblems(
  api: FastifyInstance,
  { reportBug, dashboard }: Pick<ApiParts, "reportBug" | "dashboard">,
): void {
  api.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error, request);
    if (problem.kind === "bug") reportBug(error, `${request.method} ${request.url}`);
    return sendProblem(reply, request, problem);
  });
  api.setNotFoundHandler((request, reply) => {
    if (dashboard !== null && wantsPage(request)) return sendDashboard(reply.code(404), dashboard);
    const detail = `There is nothing at ${request.method} ${pathOf(request)}`;
    return sendProblem(
      reply,
      request,
      problem("not-found", request, { detail, fixes: ["/docs lists everything there is"] }),
    );
  });
}

async function sendProblem(
  reply: FastifyReply,
  request: FastifyRequest,
  document: ProblemDocument,
): Promise<FastifyReply> {
  if (document.kind === "unauthenticated" && wantsPage(request)) {
    return reply.code(401).type("text/html; charset=utf-8").send(signInPage);
  }
  if (document.kind === "unauthenticated") reply.header("www-authenticate", "Bearer");
  return reply.code(document.status).type(problemContentType).serializer(JSON.stringify).send(document);
}

function wantsPage(request: FastifyRequest): boolean {
  const asksForPage = /\btext\/html\b/u.test(request.headers.accept ?? "");
  return asksForPage && request.method === "GET" && !request.url.startsWith("/api/");
}

/** The one mapping from whatever was thrown to an answer. */
function problemOf(error: unknown, request: FastifyRequest): ProblemDocument {
  if (error instanceof FaultError) return faultProblem(error.fault, request);
  if (error instanceof RefusedRequest)
    return problem(error.kind, request, { detail: error.message, fixes: error.fixes });
  if (error instanceof AmbiguousReference) {
    const fixes = ["Say which project is meant: ?project= takes its name, id or repository path"];
    const choices = error.choices.map(({ id, project }) => ({ id, project: projectView(project) }));
    return problem("ambiguous", request, { detail: error.message, fixes, choices });
  }
  if (isClientError(error))
    return { ...problem("malformed", request, { detail: error.message }), status: error.statusCode };
  return problem("bug", request, { detail: "This is a bug of OmoiOS; the log of the server has the details" });
}

function faultProblem(fault: Fault, request: FastifyRequest): ProblemDocument {
  return problem(fault.kind, request, {
    detail: fault.kind === "invalid" ? fault.message : faultMessage(fault),
    fixes: faultFixes(fault),
    retryable: faultIsRetryable(fault),
    problems: fault.kind === "invalid" ? fault.problems : [],
  });
}

const statuses = {
  "not-found": 404,
  "illegal-move": 409,
  stale: 409,
  ambiguous: 409,
  denied: 403,
  limit: 429,
  invalid: 422,
  unavailable: 503,
  unauthenticated: 401,
  malformed: 400,
  bug: 500,
} as const satisfies Record<ProblemKind, number>;

const titles = {
  "not-found": "Not found",
  "illegal-move": "Not possible in this state",
  stale: "Changed in the meantime",
  ambiguous: "Ambiguous",
  denied: "Not allowed",
  limit: "Limit reached",
  invalid: "Not valid",
  unavailable: "Not available",
  unauthenticated: "Not signed in",
  malformed: "Not understood",
  bug: "Internal error",
} as const satisfies Record<ProblemKind, string>;

interface ProblemFacts {
  readonly detail: string;
  readonly fixes?: readonly string[];
  readonly retryable?: boolean;
  readonly problems?: readonly Problem[];
  readonly choices?: ProblemDocument["choices"];
}

function problem(kind: ProblemKind, request: FastifyRequest, facts: ProblemFacts): ProblemDocument {
  return {
    type: `urn:omoios:problem:${kind}`,
    kind,
    title: titles[kind],
    status: statuses[kind],
    detail: facts.detail,
    instance: pathOf(request),
    retryable: facts.retryable ?? false,
    fixes: [...(facts.fixes ?? [])],
    problems: (facts.problems ?? []).map((each) => ({ ...each })),
    choices: facts.choices ?? [],
  };
}

/** Without the query: it may hold a sign-in code. */
function pathOf(request: FastifyRequest): string {
  return request.url.split("?", 1)[0] ?? "/";
}

function isClientError(error: unknown): error is Error & { readonly statusCode: number } {
  if (!(error instanceof Error) || !("statusCode" in error)) return false;
  return typeof error.statusCode === "number" && error.statusCode >= 400 && error.statusCode < 500;
}
