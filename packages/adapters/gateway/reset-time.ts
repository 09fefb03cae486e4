import type { IncomingHttpHeaders } from "node:http";

/** A provider that names a farther time is not believed: somebody would wait for ever. */
const longestWaitMs = 24 * 60 * 60 * 1000;

/** When a provider that answered 429 wants to be asked again; null when it does not say. */
export function resetTime(headers: IncomingHttpHeaders, now: Date): Date | null {
  const times = Object.entries(headers).flatMap(([name, value]) => {
    if (typeof value !== "string") return [];
    if (name === "retry-after") return [afterOf(value, now)];
    // Only the limit that is used up matters; its `remaining` is zero.
    const limit = /^anthropic-ratelimit-(.+)-reset$/.exec(name)?.[1];
    if (limit === undefined || headers[`anthropic-ratelimit-${limit}-remaining`] !== "0") return [];
    return [Date.parse(value)];
  });
  const known = times.filter((time) => Number.isFinite(time));
  if (known.length === 0) return null;
  return new Date(Math.min(Math.max(...known), now.getTime() + longestWaitMs));
}

function afterOf(value: string, now: Date): number {
  const seconds = Number(value);
  return Number.isFinite(seconds) ? now.getTime() + seconds * 1000 : Date.parse(value);
}
