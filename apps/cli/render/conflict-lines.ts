import type { ConflictDetail, ConflictView } from "@omoios/contract/http-conflict";
import { conflictWords } from "@omoios/contract/state-words";
import { cleanBlock, cleanLine } from "./clean-text.ts";
import { hang } from "./columns.ts";
import { diffLines } from "./diff-lines.ts";
import type { Paint } from "./paint.ts";
import { field } from "./status-lines.ts";

interface ConflictLayout {
  readonly paint: Paint;
  readonly width: number;
}

/** One conflict of `omoios conflict list`. */
export function conflictSummaryLines(conflict: ConflictView, { paint, width }: ConflictLayout): readonly string[] {
  const { word, tone } = conflictWords[conflict.state];
  return hang(
    `${paint("strong", conflict.task)}  ${paint(tone, word.padEnd(17))}  `,
    cleanLine(`${conflict.paths.join(", ")}: ${conflict.title}`),
    width,
  );
}

/** `omoios conflict show`. */
export function conflictLines(conflict: ConflictDetail, layout: ConflictLayout): readonly string[] {
  const { paint, width } = layout;
  const { word, tone } = conflictWords[conflict.state];
  return [
    ...hang(`${paint("strong", conflict.task)}  ${paint(tone, word)}  `, cleanLine(conflict.title), width),
    field("spec", `${conflict.spec}, found by attempt ${conflict.attempt}, score ${conflict.score}`, paint),
    field("sides", `${conflict.taskTip.slice(0, 10)} into ${conflict.specTip.slice(0, 10)}`, paint),
    ...(conflict.reason === null
      ? []
      : hang(`  ${paint("quiet", "reason".padEnd(9))}  `, cleanLine(conflict.reason), width)),
    ...conflict.items.flatMap(({ paths, type, message }) =>
      hang(`  ${paint("watch", "file".padEnd(9))}  `, cleanLine(`${paths.join(", ")} (${type}): ${message}`), width),
    ),
    ...intentLines("The work that comes in", conflict.work, layout),
    ...diffLines(conflict.diffs.work, paint),
    ...conflict.landed.flatMap((intent) => intentLines("What landed meanwhile", intent, layout)),
    ...diffLines(conflict.diffs.landed, paint),
  ];
}

function intentLines(
  heading: string,
  intent: ConflictDetail["work"],
  { paint, width }: ConflictLayout,
): readonly string[] {
  return [
    "",
    ...hang(paint("strong", `${heading}: ${intent.label}  `), cleanLine(intent.title), width),
    ...cleanBlock(intent.description)
      .trim()
      .split("\n")
      .flatMap((line) => hang("  ", line, width)),
    ...intent.goal.flatMap((line) => hang("  ", cleanLine(line), width)),
  ];
}
