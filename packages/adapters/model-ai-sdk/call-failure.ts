import { resetTime } from "@omoios/domain/budget/reset-time";
import type { Fault } from "@omoios/domain/shared/fault";
import { ProviderWait } from "@omoios/engine/ports/gateway";
import { ModelCallError, type ModelReply, type ModelRequest } from "@omoios/engine/ports/models";
import { AISDKError, APICallError, NoOutputGeneratedError, RetryError } from "ai";
import type { ModelRoute } from "./model-route.ts";

/** Why a call gave no value. */
export type CallProblem =
  | { readonly kind: "provider"; readonly cause: unknown }
  | { readonly kind: "timeout"; readonly cause: unknown }
  /** The model stopped for another reason than being done: `length`, `content-filter`, `no answer`, … */
  | { readonly kind: "unfinished"; readonly reason: string }
  | { readonly kind: "unfit"; readonly issues: string };

interface FailedCall {
  readonly request: Pick<ModelRequest<unknown>, "model" | "role">;
  readonly route: Pick<ModelRoute, "address" | "secrets" | "tryTimeoutMs">;
  readonly spent: Omit<ModelReply<never>, "value">;
  readonly now: Date;
}

const maxMessageChars = 1000;

/**
 * The error a caller of the port sees. What the provider said is quoted, cut and free of keys. The SDK's own error is not
 * its cause: it holds the whole prompt and the provider's words as they came, and causes end up in logs.
 */
export function callFailure(problem: CallProblem, call: FailedCall): ModelCallError | ProviderWait {
  const wait = problem.kind === "provider" ? waitFor(problem.cause, call) : null;
  return wait ?? new ModelCallError(faultOf(problem, call), { spent: call.spent, isOutage: isOutage(problem) });
}

/** Statuses of a provider that is there and has too much to do. */
const busy: ReadonlySet<number> = new Set([429, 503, 529]);
/** For a provider that does not say how long. */
const usualWaitMs = 60_000;
/** One that was asked three times in vain is not ready at once, whatever it says. */
const leastWaitMs = 10_000;

/** When a busy provider may be asked again; null when it is something else. An empty account is not busy. */
function waitFor(thrown: unknown, { request, now }: FailedCall): ProviderWait | null {
  const error = lastOf(thrown);
  if (!APICallError.isInstance(error) || error.statusCode === undefined || !busy.has(error.statusCode)) return null;
  if (error.responseBody?.includes("insufficient_quota") === true) return null;
  const later = (ms: number): number => now.getTime() + ms;
  const reset = resetTime(error.responseHeaders ?? {}, now)?.getTime() ?? later(usualWaitMs);
  const until = new Date(Math.max(reset, later(leastWaitMs)));
  return new ProviderWait(`The provider of ${request.model} takes no requests until ${until.toISOString()}`, until);
}

/** The provider is away: not reached, silent, or broken inside. */
function isOutage(problem: CallProblem): boolean {
  if (problem.kind === "timeout") return true;
  const error = problem.kind === "provider" ? lastOf(problem.cause) : null;
  return APICallError.isInstance(error) && (error.statusCode ?? 500) >= 500;
}

function lastOf(thrown: unknown): unknown {
  return RetryError.isInstance(thrown) ? thrown.lastError : thrown;
}

function faultOf(problem: CallProblem, call: FailedCall): Fault {
  const what = `The model ${call.request.model} (${call.request.role})`;
  switch (problem.kind) {
    case "timeout":
      return {
        kind: "unavailable",
        message: `${what} did not answer within ${call.route.tryTimeoutMs / 1000} s`,
        fix: "Raise models.timeoutMs, or choose a faster model with --model",
        retryable: true,
      };
    case "unfit":
      return {
        kind: "unavailable",
        message: `${what} gave no answer that fits the schema in ${call.spent.tries} tries: ${quoted(problem.issues, call)}`,
        fix: "Try again, or choose a stronger model with --model",
        retryable: true,
      };
    case "unfinished":
      return unfinishedFault(what, problem.reason);
    case "provider":
      return providerFault(what, problem.cause, call);
  }
}

function unfinishedFault(what: string, reason: string): Fault {
  if (reason === "length") {
    return {
      kind: "unavailable",
      message: `${what} was cut off at its output limit before the answer was complete`,
      fix: "Ask for less in one feature, raise models.maxOutputTokens, or choose a model with a larger output limit with --model",
      retryable: false,
    };
  }
  if (reason === "content-filter") {
    return {
      kind: "unavailable",
      message: `${what} refused to answer`,
      fix: "Reword the request, or choose another model with --model",
      retryable: false,
    };
  }
  return { kind: "unavailable", message: `${what} ended without an answer (${reason})`, retryable: true };
}

/** True when a provider's error says that it did no work: it answered with one, or was never reached. */
export function wasRefused(thrown: unknown): boolean {
  const error = lastOf(thrown);
  if (!APICallError.isInstance(error)) return false;
  if (error.statusCode !== undefined) return error.statusCode >= 300;
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if ("code" in cause && (cause.code === "ECONNREFUSED" || cause.code === "ENOTFOUND")) return true;
  }
  return false;
}

/** Anything that is not the SDK's own kind of error is a bug, here or there, and is thrown on as it is. */
function providerFault(what: string, thrown: unknown, call: FailedCall): Fault {
  const error = lastOf(thrown);
  if (NoOutputGeneratedError.isInstance(error)) return unfinishedFault(what, "no answer");
  if (!AISDKError.isInstance(error)) throw error;
  if (!APICallError.isInstance(error)) {
    return { kind: "unavailable", message: `${what} answered badly: ${quoted(error.message, call)}`, retryable: true };
  }
  const said = quoted(error.message, call);
  const { address } = call.route;
  if (error.statusCode === 401 || error.statusCode === 403) {
    return {
      kind: "invalid",
      message: `${what} refused the key (${error.statusCode}: ${said})`,
      problems: [
        {
          at: address.keySetting,
          message: "was refused by the provider",
          fix: `Set ${address.keySetting} to a key that may use ${call.request.model}`,
        },
      ],
    };
  }
  if (error.statusCode === undefined) {
    return {
      kind: "unavailable",
      message: `${what} could not be reached at ${new URL(address.baseUrl).origin}: ${said}`,
      fix: `Check the network and ${address.urlSetting}`,
      retryable: error.isRetryable,
    };
  }
  return {
    kind: "unavailable",
    message: `${what} answered ${error.statusCode}: ${said}`,
    ...(error.statusCode === 404 && { fix: "Check the model's name in models.default or --model" }),
    retryable: error.isRetryable,
  };
}

/** The provider's words on one line, cut, without keys: some endpoints repeat the key they refuse. */
function quoted(text: string, call: FailedCall): string {
  const redacted = call.route.secrets.reduce((current, secret) => current.replaceAll(secret, "[redacted]"), text);
  const line = redacted.replaceAll(/\s+/gu, " ").trim();
  return line.length > maxMessageChars ? `${line.slice(0, maxMessageChars)}…` : line;
}
