import { expect, test } from "vitest";
import { shellWord } from "./shell-word.ts";

test.each([
  ["/home/ada/shop", "/home/ada/shop"],
  ["/home/ada/my shop", "'/home/ada/my shop'"],
  ["it's", "'it'\\''s'"],
  ["$(rm -rf ~)", "'$(rm -rf ~)'"],
  ["", "''"],
])("%s is written as %s", (text, word) => expect(shellWord(text)).toBe(word));
