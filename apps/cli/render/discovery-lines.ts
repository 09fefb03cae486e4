import type { DiscoveryView } from "@omoios/contract/http-discovery";
import { ago } from "./ages.ts";
import { cleanBlock, cleanLine } from "./clean-text.ts";
import { hang } from "./columns.ts";
import type { Paint, Tone } from "./paint.ts";

interface DiscoveryLayout {
  readonly paint: Paint;
  readonly width: number;
  readonly now: Date;
}

const words: Readonly<Record<DiscoveryView["state"], { readonly word: string; readonly tone: Tone }>> = {
  inbox: { word: "For you to decide", tone: "you" },
  accepted: { word: "Accepted", tone: "good" },
  dismissed: { word: "Dismissed", tone: "quiet" },
};

/** One discovery: what was found, what would prove it, why it waits. All of it is what an agent says. */
export function discoveryLines(found: DiscoveryView, { paint, width, now }: DiscoveryLayout): readonly string[] {
  const { word, tone } = words[found.state];
  const became =
    found.task === null ? "" : ` as ${found.task}${found.decidedBy === "policy" ? ", within the limits" : ""}`;
  const fact = (name: string, text: string): readonly string[] =>
    hang(`  ${paint("quiet", name.padEnd(9))}  `, cleanLine(text), width);
  return [
    ...hang(`${paint("strong", found.label)}  ${paint(tone, `${word}${became}`)}  `, cleanLine(found.title), width),
    ...fact(
      "found",
      `at ${found.foundAt} of ${found.spec}, ${ago(found.reportedAt, now)}${found.reports > 1 ? `, reported ${found.reports} times` : ""}`,
    ),
    ...(found.reason === null ? [] : fact("because", found.reason)),
    ...cleanBlock(found.description)
      .trim()
      .split("\n")
      .flatMap((line) => hang("  ", line, width)),
    ...fact("why", found.why),
    ...fact("files", found.files.join(", ")),
    ...(found.requirement === null ? [] : fact("adds", found.requirement)),
    ...fact("criterion", found.criterion),
    ...fact("check", found.check ?? "none: give one to accept it"),
  ];
}
