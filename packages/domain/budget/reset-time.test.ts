import { expect, test } from "vitest";
import { resetTime } from "./reset-time.ts";

const now = new Date("2026-03-01T10:00:00.000Z");

test.each([
  [{ "retry-after": "30" }, "2026-03-01T10:00:30.000Z"],
  [{ "retry-after": "Sun, 01 Mar 2026 10:05:00 GMT" }, "2026-03-01T10:05:00.000Z"],
  [
    {
      "anthropic-ratelimit-tokens-reset": "2026-03-01T11:00:00Z",
      "anthropic-ratelimit-tokens-remaining": "0",
      "anthropic-ratelimit-requests-reset": "2026-03-01T12:00:00Z",
      "anthropic-ratelimit-requests-remaining": "7",
    },
    "2026-03-01T11:00:00.000Z",
  ],
  [{ "x-ratelimit-reset-requests": "1h6m0.5s", "x-ratelimit-remaining-requests": "0" }, "2026-03-01T11:06:00.500Z"],
  [{ "retry-after": "99999999" }, "2026-03-02T10:00:00.000Z"],
])("%j asks to wait until %s", (headers, until) => {
  expect(resetTime(headers, now)?.toISOString()).toBe(until);
});

test("a provider that names no time names none", () => {
  expect([
    resetTime({ "retry-after": ["1", "2"] }, now),
    resetTime({ "retry-after": "soon" }, now),
    resetTime({ "x-ratelimit-reset-tokens": "6m", "x-ratelimit-remaining-tokens": "5" }, now),
    resetTime({ "x-ratelimit-reset-tokens": "whenever", "x-ratelimit-remaining-tokens": "0" }, now),
  ]).toEqual([null, null, null, null]);
});
