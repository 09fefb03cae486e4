import { plainMarkdown } from "../shared/markdown.ts";
import { oneLine } from "../shared/plain-text.ts";
import { glanceSection } from "./pull-request-glance.ts";
import { costSection, howSection, itemsSection, leftSection, verifySection } from "./pull-request-record.ts";
import { criteriaSection, notices, readingSection, summarySection } from "./pull-request-review.ts";
import type { Extent } from "./pull-request-extent.ts";
import type { PullRequestFacts } from "./pull-request-facts.ts";

export interface PullRequestText {
  readonly title: string;
  /** Markdown, at most {@link maxBodyBytes} bytes of UTF-8. */
  readonly body: string;
}

/** Forges refuse bodies over 65,536 characters. */
export const maxBodyBytes = 65_000;

/** The pull request of a spec, for somebody who has ten minutes to decide about it. */
export function pullRequestText(facts: PullRequestFacts): PullRequestText {
  const title = `${oneLine(facts.spec.label, 20)}: ${oneLine(facts.spec.title, 100)}`;
  let extent: Extent = { rows: 200, text: 600 };
  let body = bodyOf(facts, extent);
  while (utf8Bytes(body) > maxBodyBytes && extent.text > 1) {
    extent = { rows: Math.max(1, Math.floor(extent.rows / 2)), text: Math.floor(extent.text / 1.5) };
    body = bodyOf(facts, extent);
  }
  return { title, body };
}

function bodyOf(facts: PullRequestFacts, extent: Extent): string {
  const plain = (text: string): string => plainMarkdown(text, extent.text);
  const sections = [
    ...notices(facts, extent),
    summarySection(facts, extent),
    glanceSection(facts, extent),
    leftSection(facts, extent),
    criteriaSection(facts, extent),
    readingSection(facts, extent),
    itemsSection("What was not done", facts.notDone.map(plain), extent),
    itemsSection("What was assumed", facts.assumptions.map(plain), extent),
    howSection(facts, extent),
    costSection(facts),
    verifySection(facts, extent),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const point = Number(character.codePointAt(0));
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x1_0000 ? 3 : 4;
  }
  return bytes;
}
