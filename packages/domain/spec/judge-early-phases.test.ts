import { describe, expect, test } from "vitest";
import { judgeDesign, type DesignShape } from "./judge-design.ts";
import { judgePrd, type PrdShape } from "./judge-prd.ts";

const prd: PrdShape = {
  title: "Keep notes",
  problem: "Notes are lost when the page is closed",
  goals: ["A note that was written is there the next day"],
  stories: [{ id: "US-1", text: "As a writer, I want my notes kept, so that I find them again" }],
  scopeIn: ["Plain text"],
  scopeOut: ["Pictures"],
  questions: [{ text: "How long are notes kept?", proposal: "For good" }],
};

describe("judgePrd", () => {
  test("lets a sound one pass", () => {
    expect(judgePrd(prd)).toEqual([]);
  });

  test.each<[string, Partial<PrdShape>, string]>([
    ["an empty title", { title: "" }, "title at title"],
    ["a problem still to be written", { problem: "TBD" }, "placeholder at problem"],
    ["a goal that is none", { goals: ["it works"] }, "placeholder at goals[0]"],
    ["a story without its id", { stories: [{ id: "1", text: prd.problem }] }, "id-form at 1"],
    ["stories with one id", { stories: [...prd.stories, ...prd.stories] }, "duplicate-id at US-1"],
    ["what is both in and out", { scopeOut: ["Plain text"] }, "repeated at scopeOut"],
    [
      "a question that asks nothing",
      { questions: [{ text: "Tell me more", proposal: "No" }] },
      "question at questions[0]",
    ],
    [
      "a question answered by another",
      { questions: [{ text: "How long?", proposal: "How long do you want?" }] },
      "question at questions[0]",
    ],
    [
      "a question without a proposal",
      { questions: [{ text: "How long?", proposal: " " }] },
      "question at questions[0]",
    ],
  ])("refuses %s", (_name, change, expected) => {
    expect(judgePrd({ ...prd, ...change }).map(({ rule, at }) => `${rule} at ${at}`)).toEqual([expected]);
  });
});

const component = { id: "store", path: "src/store.ts", uses: [], requirements: ["REQ-1"] };
const requirements = [
  { id: "REQ-1", priority: "must" },
  { id: "REQ-2", priority: "should" },
] as const;

describe("judgeDesign", () => {
  test("lets one pass that serves every must", () => {
    expect(
      judgeDesign(
        { components: [component, { ...component, id: "list", path: "src/", uses: ["store"] }] },
        requirements,
      ),
    ).toEqual([]);
  });

  test.each<[string, DesignShape["components"], readonly string[]]>([
    ["a must that nobody serves", [{ ...component, requirements: [] }], ["uncovered at REQ-1"]],
    [
      "an unknown requirement",
      [{ ...component, requirements: ["REQ-1", "REQ-9"] }],
      ["unknown-id at store.requirements"],
    ],
    ["an unknown component", [{ ...component, uses: ["ghost"] }], ["unknown-id at store.uses"]],
    ["a place outside", [{ ...component, path: "/etc/passwd" }], ["path at store.path"]],
    ["an id given twice", [component, component], ["duplicate-id at store"]],
  ])("refuses %s", (_name, components, expected) => {
    expect(judgeDesign({ components }, requirements).map(({ rule, at }) => `${rule} at ${at}`)).toEqual(expected);
  });
});
