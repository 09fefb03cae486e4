import { expect, test } from "vitest";
import { proofState } from "./proof-state.ts";

type Judged = Parameters<typeof proofState>[0];
type Tasks = Parameters<typeof proofState>[1];

const criterion: Judged = { standing: "unmet", met: false, tasks: ["TSK-1"], evidence: [] };
const tasks = (status: string): Tasks => [{ label: "TSK-1", status }] as unknown as Tasks;
const run = (subject: "base" | "candidate", passed: boolean) => ({ subject, passed }) as Judged["evidence"][number];

test("a check that fails before the work says nothing against the criterion", () => {
  expect(proofState({ ...criterion, evidence: [run("base", false)] }, tasks("running"))).toBe("not-run");
});

test("a candidate that failed is red until it is being proven again", () => {
  const failed = { ...criterion, evidence: [run("base", false), run("candidate", false)] };
  expect(proofState(failed, tasks("retrying"))).toBe("failed");
  expect(proofState(failed, tasks("validating"))).toBe("checking");
});

test("what is met is proven by evidence or judged by somebody", () => {
  expect(proofState({ ...criterion, standing: "met", met: true }, tasks("validating"))).toBe("proven");
  expect(proofState({ ...criterion, standing: "judged", met: true }, tasks("complete"))).toBe("judged");
});
