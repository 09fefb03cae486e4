import { noTokens, tokenCeiling, type TokenUse } from "@omoios/domain/budget/call-cost";
import type { ExchangeEnd, MeteredCall, ModelReply, ModelRequest } from "@omoios/engine/ports/models";
import { generateText, NoObjectGeneratedError, Output, type LanguageModelUsage, type ModelMessage } from "ai";
import { z } from "zod";
import { callFailure, wasRefused, type CallProblem } from "./call-failure.ts";
import type { ModelRoute } from "./model-route.ts";

const maxTries = 3;
/** Less does not hold any answer worth paying for. */
const leastOutputTokens = 500;
const maxIssuesChars = 4000;

type Spent = Omit<ModelReply<never>, "value">;

type TryResult<Value> =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "unfit"; readonly text: string; readonly issues: string }
  | { readonly kind: "failed"; readonly problem: CallProblem };

/**
 * Asks for a value of the schema. An answer that does not fit goes back to the model with what is wrong with it, at most
 * {@link maxTries} tries in all; an answer that was cut off, a refusal and a provider's error do not, since asking the
 * same again would end the same.
 */
export async function structuredCall<Value>(
  request: ModelRequest<Value>,
  routeTo: (request: ModelRequest<Value>) => ModelRoute,
): Promise<ModelReply<Value>> {
  const route = routeTo(request);
  const messages: ModelMessage[] = [{ role: "user", content: request.prompt }];
  let spent: Spent = { tries: 0, inputTokens: 0, outputTokens: 0 };
  let lastIssues = "";
  while (spent.tries < maxTries) {
    request.signal.throwIfAborted();
    const { result, usage } = await tryOnce({ request, route, messages });
    spent = addUsage(spent, usage);
    if (result.kind === "value") return { value: result.value, ...spent };
    if (result.kind === "failed") throw callFailure(result.problem, { request, route, spent, now: route.now() });
    lastIssues = result.issues;
    messages.push({ role: "assistant", content: result.text }, { role: "user", content: repairMessage(result.issues) });
  }
  throw callFailure({ kind: "unfit", issues: lastIssues }, { request, route, spent, now: route.now() });
}

interface Try<Value> {
  readonly request: ModelRequest<Value>;
  readonly route: ModelRoute;
  readonly messages: readonly ModelMessage[];
}

async function tryOnce<Value>(
  asked: Try<Value>,
): Promise<{ readonly result: TryResult<Value>; readonly usage: LanguageModelUsage | undefined }> {
  const metered = await asked.request.meter({
    inputTokens: tokenCeiling(Buffer.byteLength(askedText(asked))),
    caches: false,
    wantedOutputTokens: asked.route.maxOutputTokens,
    leastOutputTokens,
  });
  let end: ExchangeEnd = { outcome: "unknown" };
  try {
    const made = await exchange(asked, metered);
    end = endOf(made);
    return made;
  } finally {
    await metered.end(end);
  }
}

/** Everything the provider reads, with what it adds for the schema. */
function askedText<Value>({ request, messages }: Try<Value>): string {
  return [request.system, JSON.stringify(messages), JSON.stringify(z.toJSONSchema(request.schema))].join("\n");
}

function instructionsOf<Value>({ request, route }: Try<Value>): string {
  if (!route.schemaInWords) return request.system;
  const schema = JSON.stringify(z.toJSONSchema(request.schema));
  return `${request.system}\n\nAnswer with one JSON object that fits this JSON schema, and with nothing else:\n${schema}`;
}

interface Exchange<Value> {
  readonly result: TryResult<Value>;
  readonly usage: LanguageModelUsage | undefined;
}

async function exchange<Value>(asked: Try<Value>, metered: MeteredCall): Promise<Exchange<Value>> {
  const { request, route } = asked;
  const timeout = AbortSignal.timeout(route.tryTimeoutMs);
  try {
    const answer = await generateText({
      model: route.model,
      instructions: instructionsOf(asked),
      messages: [...asked.messages],
      output: Output.object({ schema: request.schema }),
      maxOutputTokens: metered.outputTokens,
      maxRetries: route.transportRetries,
      abortSignal: AbortSignal.any([request.signal, timeout]),
      providerOptions: route.providerOptions,
    });
    if (answer.finishReason !== "stop") {
      return { result: failed({ kind: "unfinished", reason: answer.finishReason }), usage: answer.usage };
    }
    return { result: { kind: "value", value: answer.output }, usage: answer.usage };
  } catch (error) {
    request.signal.throwIfAborted();
    if (NoObjectGeneratedError.isInstance(error)) return { result: unfitAnswer(error), usage: error.usage };
    if (timeout.aborted) return { result: failed({ kind: "timeout", cause: error }), usage: undefined };
    return { result: failed({ kind: "provider", cause: error }), usage: undefined };
  }
}

/** What an exchange used: what the provider counted, or nothing where it refused the work. Some endpoints count nothing. */
function endOf({ result, usage }: Exchange<unknown>): ExchangeEnd {
  if (usage?.inputTokens !== undefined) return { outcome: "answered", use: tokenUse(usage) };
  const refused = result.kind === "failed" && result.problem.kind === "provider" && wasRefused(result.problem.cause);
  return refused ? { outcome: "refused", use: noTokens } : { outcome: "unknown" };
}

function tokenUse(usage: LanguageModelUsage): TokenUse {
  const { cacheReadTokens = 0, cacheWriteTokens = 0 } = usage.inputTokenDetails;
  const cached = cacheReadTokens + cacheWriteTokens;
  return {
    input: Math.max(0, (usage.inputTokens ?? 0) - cached),
    cacheRead: cacheReadTokens,
    cacheWrite: cacheWriteTokens,
    cacheWriteLong: 0,
    output: usage.outputTokens ?? 0,
  };
}

function unfitAnswer(error: NoObjectGeneratedError): TryResult<never> {
  const reason = error.finishReason ?? "stop";
  if (reason !== "stop") return failed({ kind: "unfinished", reason });
  // The API refuses an assistant message without text, so there is nothing to send back.
  if (error.text === undefined || error.text.trim() === "") return failed({ kind: "unfinished", reason: "no answer" });
  return { kind: "unfit", text: error.text, issues: issuesOf(error.cause) };
}

function failed(problem: CallProblem): TryResult<never> {
  return { kind: "failed", problem };
}

/** What is wrong with an answer: one line per zod issue, or that it is not JSON. */
function issuesOf(cause: unknown): string {
  for (let error = cause; error instanceof Error; error = error.cause) {
    if (error instanceof z.core.$ZodError) return z.prettifyError(error).slice(0, maxIssuesChars);
  }
  return "The answer is not JSON.";
}

function repairMessage(issues: string): string {
  return `Your answer does not fit the required schema:\n${issues}\n\nAnswer again with the whole corrected JSON object and nothing else.`;
}

function addUsage(spent: Spent, usage: LanguageModelUsage | undefined): Spent {
  return {
    tries: spent.tries + 1,
    inputTokens: spent.inputTokens + (usage?.inputTokens ?? 0),
    outputTokens: spent.outputTokens + (usage?.outputTokens ?? 0),
  };
}
