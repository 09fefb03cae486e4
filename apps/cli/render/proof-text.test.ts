import { expect, test } from "vitest";
import { evidenceText } from "./proof-text.ts";

const run = {
  task: "TSK-001",
  number: 1,
  evidenceId: "e1",
  criterion: "REQ-1.2",
  command: "npm test",
  durationMs: 400,
};

test("what must stay is expected to hold before the work, and is kept by it or lost", () => {
  const said = (subject: "base" | "candidate", passed: boolean) =>
    evidenceText({ ...run, subject, passed, guard: true });
  expect(said("base", true)).toMatchObject({ tone: "quiet", text: expect.stringContaining("is to be kept") as string });
  expect(said("base", false)).toMatchObject({ tone: "watch" });
  expect(said("candidate", true)).toMatchObject({ tone: "good", text: expect.stringContaining("is kept") as string });
  expect(said("candidate", false)).toMatchObject({ tone: "watch", text: expect.stringContaining("is lost") as string });
});

test("what is new and holds before the work is worth a look", () => {
  const said = evidenceText({ ...run, subject: "base", passed: true, guard: false });
  expect(said).toMatchObject({ tone: "watch", text: expect.stringContaining("passes before the work") as string });
});
