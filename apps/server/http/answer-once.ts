import { createHash } from "node:crypto";
import { FaultError } from "@omoios/domain/shared/fault";
import { z } from "zod";
import type { ApiParts } from "./api-parts.ts";

export const idempotencyHeadersSchema = z.object({
  "idempotency-key": z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/u, "has to be 1 to 200 printable characters without spaces")
    .optional()
    .describe("Chosen by the caller; a fresh uuid for every new request"),
});

/**
 * Does the work of a request at most once per key. The same key with the same content gets the first answer; with other
 * content it is refused. A request that was refused gives its key back; one whose process died keeps it, since nobody
 * knows how far it got.
 */
export async function answerOnce<Answer>(
  parts: Pick<ApiParts, "idempotency" | "clock">,
  request: { readonly key: string | undefined; readonly content: unknown; readonly answer: z.ZodType<Answer> },
  work: () => Promise<Answer>,
): Promise<Answer> {
  const { key } = request;
  if (key === undefined) return work();
  const digest = createHash("sha256").update(JSON.stringify(request.content)).digest("hex");
  const known = await parts.idempotency.reserve({ key, digest, at: parts.clock.now() });
  if (known === null) return answerFirst(parts, key, work);
  if (known.digest !== digest) throw usedForAnother(key);
  if (known.answered) return request.answer.parse(known.answer);
  throw new FaultError({
    kind: "unavailable",
    message: `The first request with Idempotency-Key ${key} has not been answered yet`,
    fix: "Send it again in a moment. If the server was restarted meanwhile, look at `omoios spec list` and use a new key",
    retryable: true,
  });
}

async function answerFirst<Answer>(
  parts: Pick<ApiParts, "idempotency">,
  key: string,
  work: () => Promise<Answer>,
): Promise<Answer> {
  let answer: Answer;
  try {
    answer = await work();
  } catch (error) {
    if (error instanceof FaultError) await parts.idempotency.release(key);
    throw error;
  }
  await parts.idempotency.complete(key, answer);
  return answer;
}

function usedForAnother(key: string): FaultError {
  const problem = {
    at: "Idempotency-Key",
    message: `${key} was used for another request`,
    fix: "Use a new key for a new request",
  };
  return new FaultError({ kind: "invalid", message: "The key is taken", problems: [problem] });
}
