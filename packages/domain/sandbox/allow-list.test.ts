import { expect, test } from "vitest";
import { findAllowed, parseAllowedHost } from "./allow-list.ts";

test.each([
  ["registry.npmjs.org", { host: "registry.npmjs.org", port: 443, mayBePrivate: false }],
  [" Mirror.Example.com:8443 ", { host: "mirror.example.com", port: 8443, mayBePrivate: false }],
  ["*.example.com", { host: "*.example.com", port: 443, mayBePrivate: false }],
  ["127.0.0.1:4873", { host: "127.0.0.1", port: 4873, mayBePrivate: true }],
  ["localhost:80", { host: "localhost", port: 80, mayBePrivate: true }],
  ["[::1]:80", { host: "::1", port: 80, mayBePrivate: true }],
])("%s is understood", (text, allowed) => {
  expect(parseAllowedHost(text)).toEqual(allowed);
});

test.each(["", "*", "*.", "https://example.com", "example.com/path", "a b", "example.com:0", "example.com:70000"])(
  "%j is no host",
  (text) => {
    expect(parseAllowedHost(text)).toBeNull();
  },
);

test("host and port both count; a pattern stands for names below, not for the name itself or one that ends alike", () => {
  const list = [parseAllowedHost("a.example"), parseAllowedHost("*.b.example:80")].filter((entry) => entry !== null);
  const allows = (host: string, port: number) => findAllowed(list, { host, port }) !== null;
  expect([allows("a.example", 443), allows("A.example.", 443), allows("x.b.example", 80)]).toEqual([true, true, true]);
  expect([allows("a.example", 80), allows("b.example", 80), allows("evilb.example", 80)]).toEqual([
    false,
    false,
    false,
  ]);
});

test("the entry that may be private wins", () => {
  const named = { host: "mirror.corp", port: 443, mayBePrivate: false };
  const own = { ...named, mayBePrivate: true };
  expect(findAllowed([named, own], { host: "mirror.corp", port: 443 })).toBe(own);
});
