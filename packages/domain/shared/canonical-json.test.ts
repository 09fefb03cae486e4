import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "./canonical-json.ts";

/** The same value with the keys of every object the other way round. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  const turned: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [key, member] of Object.entries(value).reverse()) turned[key] = reversed(member);
  return turned;
}

test("is the same for any order of keys, and reads back as the same value", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      expect(canonicalJson(reversed(value))).toBe(text);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test("sorts by code unit, writes no white space and takes the same object twice", () => {
  const twice = { z: 1 };
  expect(canonicalJson({ b: [1, -0, "é\u2028"], B: null, a: { y: true, x: twice }, c: twice })).toBe(
    '{"B":null,"a":{"x":{"z":1},"y":true},"b":[1,0,"é\u2028"],"c":{"z":1}}',
  );
});

describe("refuses what JSON drops or bends, naming the place", () => {
  const loop: { self?: unknown } = {};
  loop.self = loop;
  test.each([
    ["undefined", { a: [{ b: undefined }] }, "$.a[0].b"],
    // eslint-disable-next-line no-sparse-arrays
    ["a hole", [1, , 2], "$[1]"],
    ["NaN", { a: Number.NaN }, "$.a"],
    ["Infinity", [Infinity], "$[0]"],
    ["a function", { run: () => 1 }, "$.run"],
    ["a symbol", [Symbol("s")], "$[0]"],
    ["a bigint", 1n, "$"],
    ["a Date", { at: new Date(0) }, "$.at"],
    ["a Map", new Map(), "$"],
    ["a loop", loop, "$.self"],
  ])("%s", (_name, value, path) => {
    expect(() => canonicalJson(value)).toThrow(`Cannot write canonical JSON at ${path}:`);
  });
});
