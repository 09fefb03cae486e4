import { describe, expect, test } from "vitest";

import { changedPackageScripts } from "./package-scripts.ts";

const manifest = (scripts: unknown): string => JSON.stringify({ name: "x", scripts });

describe("changedPackageScripts", () => {
  test("names what was added, changed and removed", () => {
    expect(
      changedPackageScripts(
        manifest({ test: "a", build: "b", old: "o" }),
        manifest({ test: "a", build: "c", postinstall: "p" }),
      ),
    ).toEqual(["build", "old", "postinstall"]);
  });

  test("an absent or unreadable manifest has no scripts", () => {
    expect(changedPackageScripts(null, manifest({ test: "a" }))).toEqual(["test"]);
    expect(changedPackageScripts(manifest({ test: "a" }), "{ not json")).toEqual(["test"]);
    expect(changedPackageScripts(null, null)).toEqual([]);
    expect(changedPackageScripts("null", "{}")).toEqual([]);
    expect(changedPackageScripts(manifest(null), manifest("x"))).toEqual([]);
  });

  test("a script that is called like a property of every object is a script", () => {
    expect(changedPackageScripts(null, '{"scripts":{"constructor":"x","__proto__":"y"}}')).toEqual([
      "__proto__",
      "constructor",
    ]);
  });
});
