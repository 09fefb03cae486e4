import { expect, test } from "vitest";
import { outageWaitMs } from "./outage-wait.ts";

test("a provider that is away is asked after a minute, then ever less often, but never given up", () => {
  const minutes = [0, 1, 2, 3, 4, 5, 6, 10_000].map((inVain) => outageWaitMs(inVain) / 60_000);
  expect(minutes).toEqual([1, 1, 2, 4, 8, 15, 15, 15]);
});
