import { expect, test } from "vitest";
import { usdText } from "./money.ts";

test.each([
  [0, "0.00 USD"],
  [1, "less than 0.0001 USD"],
  [100, "0.0001 USD"],
  [12_300, "0.0123 USD"],
  [125_000, "0.125 USD"],
  [1_500_000, "1.50 USD"],
  [20_000_000, "20.00 USD"],
])("%d micros are %s", (micros, text) => {
  expect(usdText(micros)).toBe(text);
});
