/** The headers of an answer, by lower-case name. */
type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A provider that names a farther time is not believed: somebody would wait for ever. */
const longestWaitMs = 24 * 60 * 60 * 1000;

/** When a provider that answered 429 wants to be asked again; null when it does not say. */
export function resetTime(headers: Headers, now: Date): Date | null {
  const times = Object.entries(headers).flatMap(([name, value]) => {
    if (typeof value !== "string") return [];
    if (name === "retry-after") return [afterOf(value, now)];
    // Only the limit that is used up matters; its `remaining` is zero.
    const anthropic = /^anthropic-ratelimit-(.+)-reset$/.exec(name)?.[1];
    if (anthropic !== undefined && headers[`anthropic-ratelimit-${anthropic}-remaining`] === "0")
      return [Date.parse(value)];
    const openai = /^x-ratelimit-reset-(.+)$/.exec(name)?.[1];
    if (openai !== undefined && headers[`x-ratelimit-remaining-${openai}`] === "0")
      return [now.getTime() + lengthMs(value)];
    return [];
  });
  const known = times.filter((time) => Number.isFinite(time));
  if (known.length === 0) return null;
  return new Date(Math.min(Math.max(...known), now.getTime() + longestWaitMs));
}

function afterOf(value: string, now: Date): number {
  const seconds = Number(value);
  return Number.isFinite(seconds) ? now.getTime() + seconds * 1000 : Date.parse(value);
}

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const piece = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)/u;

/** A length as OpenAI writes it: `6m0s`, `350ms`. Not a number when it is something else. */
function lengthMs(text: string): number {
  let sum = 0;
  for (let rest = text.trim(); rest !== "";) {
    const [whole, amount, unit] = piece.exec(rest) ?? [];
    if (whole === undefined) return Number.NaN;
    sum += Number(amount) * unitMs[unit as keyof typeof unitMs];
    rest = rest.slice(whole.length);
  }
  return sum;
}
