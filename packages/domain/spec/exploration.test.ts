import { describe, expect, test } from "vitest";
import { programOf, unverifiedClaims, verifyExploration } from "./exploration.ts";

const facts = { paths: ["package.json", "src/app.ts"], programs: new Set(["npm", "./check"]) };

describe("what an agent claims about a repository", () => {
  test("is marked: files and folders that exist, commands whose program is there", () => {
    const found = {
      summary: "A shop",
      testCommands: [{ command: "CI=1 npm test" }, { command: "pytest -q" }, { command: " " }],
      entryPoints: [{ path: "./src/app.ts" }],
      files: [{ path: "src/" }, { path: "src/ap" }, { path: "." }],
    };
    const verified = verifyExploration(found, facts);
    expect(verified.summary).toBe("A shop");
    expect(verified.testCommands.map((claim) => claim.verified)).toEqual([true, false, false]);
    expect(verified.entryPoints).toEqual([{ path: "./src/app.ts", verified: true }]);
    expect(verified.files.map((claim) => claim.verified)).toEqual([true, false, true]);
    expect(unverifiedClaims(verified)).toEqual([
      "pytest -q: its program is not there",
      " : its program is not there",
      "src/ap: not in the repository",
    ]);
  });

  test("a command's program is its first word that sets no variable", () => {
    expect(programOf("A=1 B=2 ./check --all")).toBe("./check");
    expect(programOf("A=1")).toBeNull();
  });
});
