import { usdText } from "../budget/money.ts";
import { codeBlock, codeSpan, markdownTable, plainMarkdown } from "../shared/markdown.ts";
import { visibleLines } from "../shared/plain-text.ts";
import { counted, folded, grouped, listOf, type Extent } from "./pull-request-extent.ts";
import {
  costLayers,
  type LayerCost,
  type PullRequestDiscovery,
  type PullRequestFacts,
  type PullRequestFinding,
  type PullRequestTask,
} from "./pull-request-facts.ts";

/** Items of a list a reader sees at once. */
const maxVisible = 10;

/** A heading over a list of Markdown items; empty without items. */
export function itemsSection(heading: string, items: readonly string[], extent: Extent): string {
  return items.length === 0 ? "" : `## ${heading}\n\n${listOf(items, extent, maxVisible)}`;
}

/** What waits for whoever reads this: discoveries nobody decided about, and changes that were held for a person. */
export function leftSection(facts: PullRequestFacts, extent: Extent): string {
  const discovered = facts.discovered
    .filter(isLeft)
    .map((one) => `${discoveryName(one, extent)}${because(one.reason, extent)}`);
  const held = facts.findings
    .filter(({ severity }) => severity === "hold")
    .map((finding) => `**Held for a person.** ${findingText(finding, extent)}`);
  return itemsSection("Left for you", [...held, ...discovered], extent);
}

/** Attempts, what came up on the way, and who decided: folded, for whoever wants to know. */
export function howSection(facts: PullRequestFacts, extent: Extent): string {
  const part = (lead: string, items: readonly string[]): readonly string[] =>
    items.length === 0 ? [] : [lead, listOf(items, extent)];
  const blocks = [
    listOf(
      facts.tasks.map((task) => taskText(task, extent)),
      extent,
    ),
    ...part(
      "What the watcher did:",
      facts.interventions.map(
        (one) =>
          `${plainMarkdown(one.task, 30)}, attempt ${one.attempt}: ${one.kind === "nudge" ? "nudged" : "restarted"}. ${plainMarkdown(one.reason, extent.text)}`,
      ),
    ),
    ...part(
      "What agents came upon:",
      facts.discovered.filter((one) => !isLeft(one)).map((one) => discoveryText(one, extent)),
    ),
    ...part(
      `What came in from ${codeSpan(facts.spec.baseBranch, 200)}:`,
      facts.baseMerges.flatMap(({ subjects }) => subjects.map((subject) => plainMarkdown(subject, extent.text))),
    ),
    ...part(
      "What the rules noted:",
      facts.findings.filter(({ severity }) => severity === "note").map((finding) => findingText(finding, extent)),
    ),
    ...part(
      "What was decided:",
      facts.decisions.map(
        ({ what, by }) =>
          `${plainMarkdown(what, extent.text)} (${by === "policy" ? "by policy, --yes" : "by a person"})`,
      ),
    ),
  ];
  const fold = folded("Every task, what came up on the way, and who decided", blocks);
  return fold === "" ? "" : `## How it was made\n\n${fold}`;
}

function taskText({ label, title, attempts, turns, agentSummary }: PullRequestTask, extent: Extent): string {
  const said = agentSummary === null ? "" : ` The agent says: ${plainMarkdown(agentSummary, extent.text)}`;
  const turned = turns.map((turn) => ` ${plainMarkdown(turn, extent.text)}.`).join("");
  const name = `**${plainMarkdown(label, 30)}** ${plainMarkdown(title, extent.text)}`;
  return `${name}: ${counted(attempts, "attempt", "attempts")}.${turned}${said}`;
}

/** Nobody has decided about it. */
function isLeft({ task, decidedBy }: PullRequestDiscovery): boolean {
  return task === null && decidedBy === null;
}

function discoveryText(discovery: PullRequestDiscovery, extent: Extent): string {
  const { task, decidedBy, reason } = discovery;
  const who = decidedBy === "person" ? "as a person decided" : "within the limits";
  const outcome = task === null ? `dismissed${because(reason, extent)}` : `became ${plainMarkdown(task, 30)}, ${who}`;
  return `${discoveryName(discovery, extent)}: ${outcome}`;
}

function discoveryName({ label, title }: PullRequestDiscovery, extent: Extent): string {
  return `**${plainMarkdown(label, 30)}** ${plainMarkdown(title, extent.text)}`;
}

function because(reason: string | null, extent: Extent): string {
  return reason === null ? "" : `: ${plainMarkdown(reason, extent.text)}`;
}

function findingText({ path, message, rule }: PullRequestFinding, extent: Extent): string {
  const at = path === null ? "" : `${codeSpan(path, extent.text)}: `;
  return `${at}${plainMarkdown(message, extent.text)} (${plainMarkdown(rule, 40)})`;
}

export function costSection(facts: PullRequestFacts): string {
  const layers = paidLayers(facts);
  const row = (name: string, cost: Omit<LayerCost, "layer">): readonly string[] => [
    name,
    grouped(cost.calls),
    grouped(cost.inputTokens),
    grouped(cost.outputTokens),
    costText(cost),
  ];
  const rows = layers.map((cost) => row(cost.layer, cost));
  const total = row("**all**", totalOf(layers));
  const table = markdownTable(
    ["Layer", "Model calls", "Tokens in", "Tokens out", "Cost"],
    rows.length > 1 ? [...rows, total] : rows,
  );
  return table === "" ? "" : `## What it cost\n\n${folded(`${costText(totalOf(layers))} by layer`, [table])}`;
}

/** What each layer that asked a model has cost, and all of them; null when none did. */
export function costLine(facts: PullRequestFacts): string | null {
  const layers = paidLayers(facts);
  if (layers.length === 0) return null;
  const total = totalOf(layers);
  const parts = layers.map((cost) => `${cost.layer} ${costText(cost)}`).join(", ");
  return `${costText(total)} for ${counted(total.calls, "model call", "model calls")}: ${parts}`;
}

function paidLayers(facts: PullRequestFacts): readonly LayerCost[] {
  return costLayers.flatMap((layer) => facts.cost.filter((cost) => cost.layer === layer && cost.calls > 0));
}

function costText({ usdMicros }: Pick<LayerCost, "usdMicros">): string {
  return usdMicros === null ? "unknown price" : usdText(usdMicros);
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
  const all = folded("Every check, as commands for that checkout", commandBlocks(facts.verify, extent));
  const blocks = [...commandBlocks(facts.checkout, extent), all].filter((block) => block !== "");
  return blocks.length === 0 ? "" : ["## Prove it yourself", ...blocks].join("\n\n");
}

function commandBlocks(commands: readonly string[], extent: Extent): readonly string[] {
  const room = extent.text * 20;
  const shown: string[] = [];
  for (const command of commands.map((line) => visibleLines(line, Infinity))) {
    if ([...shown, command].join("\n").length > room) break;
    shown.push(command);
  }
  const left = commands.length - shown.length;
  return [
    ...(shown.length === 0 ? [] : [codeBlock(shown.join("\n"), "sh")]),
    ...(left === 0 ? [] : [`${counted(left, "command is", "commands are")} too long to be shown here.`]),
  ];
}
