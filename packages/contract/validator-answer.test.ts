import { expect, test } from "vitest";
import { validatorCommandSchema } from "./validator-answer.ts";

const command = { argv: ["node", "--test"], directory: ".", why: "whether the tests still pass" };

test("a command of the validator is one a program can be started with", () => {
  expect(validatorCommandSchema.safeParse(command).success).toBe(true);
  for (const argv of [[], [""], ["node", "a\0b"], ["x".repeat(4001)], Array.from({ length: 41 }, () => "x")])
    expect(validatorCommandSchema.safeParse({ ...command, argv }).success).toBe(false);
});

test("and it starts below the tree", () => {
  for (const directory of [".", "packages/a", "..a", "a..b/c"])
    expect(validatorCommandSchema.safeParse({ ...command, directory }).success).toBe(true);
  for (const directory of ["", "/etc", "..", "../x", "a/../..", "a/..", "a\0b"])
    expect(validatorCommandSchema.safeParse({ ...command, directory }).success).toBe(false);
});
