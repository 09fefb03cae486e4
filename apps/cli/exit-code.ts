import type { ProblemKind } from "@omoios/contract/problem";

/** What a script can tell apart. Every way out of the command line is one of these. */
export const exitCodes = {
  done: 0,
  bug: 1,
  /** Usage, configuration, a refused key, or something missing that the message names. */
  usage: 2,
  notProven: 3,
  budget: 4,
  waitingForPerson: 5,
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The exit code of a refusal; the kinds of a domain fault are among the kinds of a problem. */
export function exitCodeOfProblem(kind: ProblemKind): ExitCode {
  switch (kind) {
    case "bug":
      return exitCodes.bug;
    case "limit":
      return exitCodes.budget;
    case "not-found":
    case "illegal-move":
    case "stale":
    case "denied":
    case "invalid":
    case "unavailable":
    case "ambiguous":
    case "unauthenticated":
    case "malformed":
      return exitCodes.usage;
  }
}
