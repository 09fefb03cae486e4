const firstWaitMs = 60_000;
const longestWaitMs = 15 * 60_000;

/**
 * How long to wait for a provider that is away before it is asked again: a minute, then twice as long each time, so that
 * one that never answers in time costs little. `inVain` is how often it was asked in a row without an answer.
 */
export function outageWaitMs(inVain: number): number {
  return Math.min(longestWaitMs, firstWaitMs * 2 ** Math.max(0, inVain - 1));
}
