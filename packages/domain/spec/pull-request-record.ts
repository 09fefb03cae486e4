import { usdText } from "../budget/money.ts";
import { codeBlock, codeSpan, markdownTable, plainMarkdown } from "../shared/markdown.ts";
import { visibleLines } from "../shared/plain-text.ts";
import { counted, grouped, shownRows, type Extent } from "./pull-request-extent.ts";
import { costLayers, type LayerCost, type PullRequestFacts } from "./pull-request-facts.ts";

/** A heading over a list of Markdown items; empty without items. */
export function itemsSection(heading: string, items: readonly string[], extent: Extent): string {
  return items.length === 0 ? "" : `## ${heading}\n\n${listOf(items, extent)}`;
}

/** What the rules held until a person agreed, and what they only noted. */
export function findingsSection(facts: PullRequestFacts, extent: Extent): string {
  const severities = ["hold", "note"] as const;
  const items = severities.flatMap((severity) =>
    facts.findings
      .filter((finding) => finding.severity === severity)
      .map((finding) => {
        const path = finding.path === null ? "" : `${codeSpan(finding.path, extent.text)}: `;
        const held = severity === "hold" ? "**Held for a person.** " : "";
        return `${held}${path}${plainMarkdown(finding.message, extent.text)} (${plainMarkdown(finding.rule, 40)})`;
      }),
  );
  return itemsSection("What the rules found", items, extent);
}

/** Work nobody planned: what was done about it, and what is left for whoever reads this. */
export function discoveredSection(facts: PullRequestFacts, extent: Extent): string {
  const items = facts.discovered.map(({ label, title, task, decidedBy, reason }) => {
    const because = reason === null ? "" : `: ${plainMarkdown(reason, extent.text)}`;
    const who = decidedBy === "person" ? "as a person decided" : "within the limits";
    const left = decidedBy === null ? `**left for you**${because}` : `dismissed${because}`;
    const outcome = task === null ? left : `became ${plainMarkdown(task, 30)}, ${who}`;
    return `**${plainMarkdown(label, 30)}** ${plainMarkdown(title, extent.text)}: ${outcome}`;
  });
  return itemsSection("Discovered", items, extent);
}

/** Attempts, what the watcher did, and what people decided. */
export function howSection(facts: PullRequestFacts, extent: Extent): string {
  const tasks = facts.tasks.map((task) => {
    const summary =
      task.agentSummary === null ? "" : ` The agent says: ${plainMarkdown(task.agentSummary, extent.text)}`;
    const title = `**${plainMarkdown(task.label, 30)}** ${plainMarkdown(task.title, extent.text)}`;
    const turns = task.turns.map((turn) => ` ${plainMarkdown(turn, extent.text)}.`).join("");
    return `${title}: ${counted(task.attempts, "attempt", "attempts")}.${turns}${summary}`;
  });
  const interventions = facts.interventions.map(
    (one) =>
      `${plainMarkdown(one.task, 30)}, attempt ${one.attempt}: ${one.kind === "nudge" ? "nudged" : "restarted"}. ${plainMarkdown(one.reason, extent.text)}`,
  );
  const decisions = facts.decisions.map(
    (one) => `${plainMarkdown(one.what, extent.text)} (${plainMarkdown(one.by, 60)})`,
  );
  const watched = interventions.length === 0 ? "The watcher had nothing to do." : "What the watcher did:";
  const decided = decisions.length === 0 ? "Nobody had to decide anything." : "What was decided:";
  const blocks = [listOf(tasks, extent), watched, listOf(interventions, extent), decided, listOf(decisions, extent)];
  return ["## How it was made", ...blocks.filter((block) => block !== "")].join("\n\n");
}

export function costSection(facts: PullRequestFacts): string {
  const layers = costLayers.flatMap((layer) => facts.cost.filter((cost) => cost.layer === layer));
  const row = (name: string, cost: Omit<LayerCost, "layer">): readonly string[] => [
    name,
    grouped(cost.calls),
    grouped(cost.inputTokens),
    grouped(cost.outputTokens),
    cost.usdMicros === null ? "unknown price" : usdText(cost.usdMicros),
  ];
  const rows = layers.map((cost) => row(cost.layer, cost));
  const total = row("**all**", totalOf(layers));
  const table = markdownTable(
    ["Layer", "Model calls", "Tokens in", "Tokens out", "Cost"],
    rows.length > 1 ? [...rows, total] : rows,
  );
  return table === "" ? "" : `## What it cost\n\n${table}`;
}

/** A sum with an unknown part is unknown. */
function totalOf(costs: readonly LayerCost[]): Omit<LayerCost, "layer"> {
  return costs.reduce<Omit<LayerCost, "layer">>(
    (sum, cost) => ({
      calls: sum.calls + cost.calls,
      inputTokens: sum.inputTokens + cost.inputTokens,
      outputTokens: sum.outputTokens + cost.outputTokens,
      usdMicros: sum.usdMicros === null || cost.usdMicros === null ? null : sum.usdMicros + cost.usdMicros,
    }),
    { calls: 0, inputTokens: 0, outputTokens: 0, usdMicros: 0 },
  );
}

/** A command is shown whole or not at all: half a command proves something else. */
export function verifySection(facts: PullRequestFacts, extent: Extent): string {
  const room = extent.text * 20;
  const shown: string[] = [];
  for (const command of facts.verify.map((line) => visibleLines(line, Infinity))) {
    if ([...shown, command].join("\n").length > room) break;
    shown.push(command);
  }
  const left = facts.verify.length - shown.length;
  const blocks = [
    ...(shown.length === 0 ? [] : [codeBlock(shown.join("\n"), "sh")]),
    ...(left === 0 ? [] : [`${counted(left, "command is", "commands are")} too long to be shown here.`]),
  ];
  return blocks.length === 0 ? "" : ["## Prove it yourself", ...blocks].join("\n\n");
}

function listOf(items: readonly string[], extent: Extent): string {
  const { rows, left } = shownRows(items, extent);
  return [...rows, ...left].map((item) => `- ${item}`).join("\n");
}
