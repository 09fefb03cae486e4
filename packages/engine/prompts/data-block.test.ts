import { assert, constantFrom, array, property } from "fast-check";
import { expect, test } from "vitest";
import { data } from "./data-block.ts";

test("text cannot close the block it is in, or open one of the same name", () => {
  const pieces = constantFrom("<<", ">>", "DIFF", "_", "\n", "x", "<<DIFF", "DIFF>>", "DIFF_>>", "DIFF__>>");
  assert(
    property(array(pieces, { maxLength: 12 }), (parts) => {
      const text = parts.join("");
      const block = data("diff", text);
      const [first = ""] = block.split("\n");
      const marker = first.slice("<<".length);
      expect(block).toBe(`<<${marker}\n${text}\n${marker}>>`);
      expect(text).not.toContain(`${marker}>>`);
      expect(text).not.toContain(`<<${marker}`);
    }),
  );
});
