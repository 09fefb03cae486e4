import fc from "fast-check";
import { expect, test } from "vitest";
import { plainText } from "./plain-text.ts";

const esc = "\u001b";

test.each([
  ["colours", `${esc}[1;31mred${esc}[0m`, "red"],
  ["cursor and screen control", `a${esc}[2J${esc}[Hb${esc}[?25l`, "ab"],
  ["a title", `${esc}]0;owned\u0007text`, "text"],
  ["a clipboard write ended by ST", `x${esc}]52;c;ZXZpbA==${esc}\\y`, "xy"],
  ["a hyperlink, keeping its words", `${esc}]8;;http://evil${esc}\\click${esc}]8;;${esc}\\`, "click"],
  ["device control", `${esc}P$q"p${esc}\\z`, "z"],
  ["eight-bit control sequences", "\u009b31mred\u009d0;t\u009cok", "redok"],
  ["an unended title, hiding nothing", `${esc}]0;rest of it`, "0;rest of it"],
  ["a full reset", `${esc}cgone`, "gone"],
  ["line breaks of all kinds", "a\r\nb\rc\u2028d", "a\nb\nc\nd"],
  ["bells, backspaces and nulls", "a\u0007b\bc\0d\u007f", "abcd"],
  ["text that reads in another order", "a\u202Eb\u2066c", "abc"],
  ["half a surrogate pair", "a\uD800b", "a\uFFFDb"],
])("%s", (_, printed, plain) => {
  expect(plainText(printed)).toBe(plain);
});

test("tab, line break and any script are kept", () => {
  expect(plainText("a\tb\nдаже 日本語 👩‍🚀 é")).toBe("a\tb\nдаже 日本語 👩‍🚀 é");
});

test("no control character survives, in whatever pieces the text comes", () => {
  const character = fc.oneof(
    fc.constantFrom(esc, "[", "]", "\u0007", "\\", "\u009b", "\u009d", "m", ";", "1"),
    fc.integer({ min: 0, max: 0x300 }).map((code) => String.fromCharCode(code)),
  );
  fc.assert(
    fc.property(fc.array(character, { maxLength: 60 }), (characters) => {
      expect(plainText(characters.join(""))).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/u);
    }),
  );
});

test.each([`${esc}]`, "\u009d", `${esc}[1`, `${esc}[1;`, `${esc}P`])(
  "a megabyte of %j takes no more than linear time",
  (unit) => {
    const startedAt = performance.now();
    plainText(unit.repeat(Math.floor(1_000_000 / unit.length)));
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  },
);
