import { cleanBlock } from "./clean-text.ts";
import type { Paint } from "./paint.ts";

/** A unified diff with its lines in their tones; text of the repository cannot reach the terminal as control sequences. */
export function diffLines(diff: string, paint: Paint): readonly string[] {
  return cleanBlock(diff)
    .trimEnd()
    .split("\n")
    .map((line) => {
      if (/^(?:diff |index |--- |\+\+\+ |new file|deleted file|old mode|new mode)/u.test(line))
        return paint("strong", line);
      if (line.startsWith("@@")) return paint("live", line);
      if (line.startsWith("+")) return paint("good", line);
      return line.startsWith("-") ? paint("bad", line) : line;
    });
}
