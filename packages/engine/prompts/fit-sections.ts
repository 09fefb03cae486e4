import { data } from "./data-block.ts";

/** A part of a text that has to fit a budget. */
export interface Section {
  readonly title: string;
  /** Said before the text, never cut. */
  readonly lead?: string;
  /** The text that may be cut. Wrapped as data under `dataName` when it has one. */
  readonly text: string;
  readonly dataName?: string;
  /** Sections with the highest rank give way first; 0 never does. */
  readonly rank: number;
  /** What is kept of it, in characters; one that may vanish has 0. */
  readonly floor: number;
}

/** Characters in a token, on the short side for code. */
const charactersPerToken = 3;

/**
 * Joins sections into a text of about `maxTokens`, in their order. What is too much is taken from the end of the section
 * with the highest rank, down to its floor, then from the next one; the text says at its end what was left out.
 */
export function fitSections(opening: string, sections: readonly Section[], maxTokens: number): string {
  const whole = render(opening, sections);
  let excess = whole.length - maxTokens * charactersPerToken;
  const lengths = new Map<Section, number>();
  for (const section of sections.filter(({ rank }) => rank > 0).toSorted((one, other) => other.rank - one.rank)) {
    if (excess <= 0) break;
    const kept = Math.max(Math.min(section.floor, section.text.length), section.text.length - excess);
    lengths.set(section, kept);
    excess -= section.text.length - kept;
  }
  if (lengths.size === 0) return whole;
  const fitted = sections.flatMap((section) => shorten(section, lengths.get(section)));
  const lost = sections.flatMap((section) => lossLine(section, lengths.get(section)));
  return `${render(opening, fitted)}\n\n# Left out, to keep this short\n\n${lost.join("\n")}`;
}

function render(opening: string, sections: readonly Section[]): string {
  return [opening, ...sections.map(renderOne)].join("\n\n");
}

function renderOne({ title, lead, text, dataName }: Section): string {
  return [
    `# ${title}`,
    ...(lead === undefined ? [] : [lead]),
    dataName === undefined ? text : data(dataName, text),
  ].join("\n\n");
}

function shorten(section: Section, kept: number | undefined): readonly Section[] {
  if (kept === undefined || kept >= section.text.length) return [section];
  return kept === 0 ? [] : [{ ...section, text: `${cutAtLine(section.text, kept)}\n… (cut)` }];
}

/** At the last line that is whole, unless that would lose most of it. */
function cutAtLine(text: string, length: number): string {
  const end = text.lastIndexOf("\n", length);
  return text.slice(0, end > length / 2 ? end : length);
}

function lossLine({ title, text }: Section, kept: number | undefined): readonly string[] {
  if (kept === undefined || kept >= text.length) return [];
  return [
    kept === 0
      ? `- ${title}: all ${text.length} characters`
      : `- ${title}: ${text.length - kept} of ${text.length} characters`,
  ];
}
