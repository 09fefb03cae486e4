import { failureText, type Standing } from "../proof/judge.ts";
import { durationText } from "../shared/duration.ts";
import { codeSpan, markdownTable, plainMarkdown } from "../shared/markdown.ts";
import { counted, folded, grouped, shortId, shownRows, type Extent } from "./pull-request-extent.ts";
import type { PullRequestCriterion, PullRequestFacts, PullRequestProof } from "./pull-request-facts.ts";
import { readingKindWords, readingList, type ReadingEntry } from "./reading-list.ts";

/** What a reader has to know before anything else; empty for a run with full isolation and real words. */
export function notices(facts: PullRequestFacts, extent: Extent): readonly string[] {
  const { isolation, scripted } = facts;
  const found: string[] = [];
  if (isolation.level !== "full") {
    const provider = codeSpan(isolation.provider, 60);
    const held = isolation.level === "none" ? "held nothing back" : "held back only part of what it could do";
    const why = isolation.reason === null ? "" : ` Why: ${plainMarkdown(isolation.reason, extent.text)}`;
    found.push(
      `> [!WARNING]\n> **Isolation: ${isolation.level}.** This code was written and checked in the sandbox ${provider}, which ${held}.${why}`,
    );
  }
  const parts = [...(scripted.model ? ["the model"] : []), ...(scripted.agent ? ["the agent"] : [])].join(" and ");
  if (parts !== "") {
    found.push(
      `> [!NOTE]\n> The words of ${parts} were played from a script. Files, commits, sandboxes, checks and their results are real.`,
    );
  }
  return found;
}

export function summarySection(facts: PullRequestFacts, extent: Extent): string {
  const { spec, criteria, files } = facts;
  const count = (standing: Standing): number => criteria.filter((criterion) => criterion.standing === standing).length;
  const [unmet, judged] = [count("unmet"), count("judged")];
  const runs = new Set(criteria.flatMap((criterion) => criterion.proofs.map((proof) => proof.evidenceId))).size;
  const added = files.reduce((sum, file) => sum + (file.addedLines ?? 0), 0);
  const removed = files.reduce((sum, file) => sum + (file.removedLines ?? 0), 0);
  const head = codeSpan(shortId(spec.headCommit), 8);
  const standing = [
    `**${count("met")} of ${counted(criteria.length, "acceptance criterion is", "acceptance criteria are")} proven** on ${head}, by ${counted(runs, "run of a check", "runs of checks")} in a sandbox the agent had no hand in.`,
    ...(unmet > 0 ? [`**${unmet} ${unmet === 1 ? "is" : "are"} not met.**`] : []),
    ...(judged > 0
      ? [`**${judged} no check can prove: please look at ${judged === 1 ? "it" : "them"} yourself.**`]
      : []),
  ];
  const branch = `${codeSpan(spec.branch, 200)} → ${codeSpan(spec.baseBranch, 200)}, from ${codeSpan(shortId(spec.baseCommit), 8)}: ${counted(files.length, "file", "files")}, +${grouped(added)} −${grouped(removed)} lines.`;
  return [
    `**${plainMarkdown(spec.label, 20)}** was asked for as:`,
    `> ${plainMarkdown(spec.request, extent.text * 2)}`,
    standing.join(" "),
    branch,
  ].join("\n\n");
}

const marks: Readonly<Record<Standing, string>> = { met: "✅", unmet: "❌", judged: "👀" };

/** How much of a command the table has room for; the fold below it has all of it. */
const maxCommand = 60;

/** Criterion → what proves it → commits → files, what needs attention first; every run in full is folded. */
export function criteriaSection(facts: PullRequestFacts, extent: Extent): string {
  const order: readonly Standing[] = ["unmet", "judged", "met"];
  const sorted = order.flatMap((standing) => facts.criteria.filter((criterion) => criterion.standing === standing));
  const { rows, left } = shownRows(sorted, extent);
  const table = markdownTable(
    ["", "Criterion", "Proven by", "Commits", "Files"],
    rows.map((criterion) => criterionRow(criterion, extent)),
  );
  if (table === "") return "";
  const evidence = rows.map((criterion) => evidenceText(criterion, extent)).filter((text) => text !== "");
  const fold = folded("Every run of a check, and what the validator says", [evidence.join("\n")]);
  return ["## Acceptance criteria", table, ...left, fold].filter((block) => block !== "").join("\n\n");
}

function criterionRow(criterion: PullRequestCriterion, extent: Extent): readonly string[] {
  const few = { ...extent, rows: Math.min(extent.rows, 6) };
  const reason = criterion.standing === "met" ? [] : [`_${plainMarkdown(criterion.reason, extent.text)}_`];
  const list = (cells: readonly string[]): string => {
    const { rows, left } = shownRows(cells, few);
    return [...rows, ...left].join("<br>");
  };
  return [
    marks[criterion.standing],
    `**${plainMarkdown(criterion.label, 30)}** ${plainMarkdown(criterion.text, extent.text)}`,
    [...reason, list(criterion.proofs.map((proof) => proofText(proof, extent))), verdictText(criterion)]
      .filter((part) => part !== "")
      .join("<br>"),
    list(criterion.commits.map((commit) => codeSpan(shortId(commit), 8))),
    list(criterion.files.map((file) => codeSpan(file, extent.text))),
  ];
}

function verdictText({ verdict }: PullRequestCriterion): string {
  return verdict === null ? "" : `Validator: ${verdict.met ? "met" : "not met"} (${verdict.confidence.toFixed(2)})`;
}

function proofText(proof: PullRequestProof, extent: Extent): string {
  const command = codeSpan(proof.command, Math.min(extent.text, maxCommand));
  return `${command}: ${endedText(proof)}, ${durationText(proof.durationMs)}`;
}

function endedText(proof: PullRequestProof): string {
  return proof.passed ? `exit code ${proof.exitCode ?? "?"}` : `**${failureText(proof)}**`;
}

function evidenceText({ label, proofs, verdict }: PullRequestCriterion, extent: Extent): string {
  const runs = shownRows(proofs, extent).rows.map((proof) => {
    const where = proof.directory === "." ? "" : ` in ${codeSpan(proof.directory, extent.text)}`;
    const evidence = `evidence ${codeSpan(shortId(proof.evidenceId), 8)} on ${codeSpan(shortId(proof.commit), 8)}`;
    return `${codeSpan(proof.command, extent.text)}${where}: ${endedText(proof)}, ${evidence}`;
  });
  const said = verdict === null ? [] : [plainMarkdown(verdict.reasoning, extent.text)];
  const parts = [...runs, ...said];
  return parts.length === 0 ? "" : `- **${plainMarkdown(label, 30)}** ${parts.join(". ")}`;
}

/** Files a reader sees at once. */
const maxListed = 15;

/** The files in the order to read them; the end of a long list and what machines wrote are folded away. */
export function readingSection(facts: PullRequestFacts, extent: Extent): string {
  const entries = readingList(facts.files);
  if (entries.length === 0) return "";
  const line = (entry: ReadingEntry): string =>
    `${codeSpan(entry.path, extent.text)} ${sizeText(entry)} · ${readingKindWords[entry.kind]}`;
  const byHand = shownRows(
    entries.filter((entry) => entry.kind !== "generated"),
    extent,
  );
  const generated = entries.filter((entry) => entry.kind === "generated");
  const machines = shownRows(generated, extent);
  const numbered = byHand.rows.map((entry, index) => `${index + 1}. ${line(entry)}`);
  const later = [...numbered.slice(maxListed), ...byHand.left];
  return [
    "## Read in this order",
    numbered.slice(0, maxListed).join("\n"),
    folded(counted(byHand.rows.length - maxListed, "more file", "more files"), [later.join("\n")]),
    folded(counted(generated.length, "generated or locked file", "generated or locked files"), [
      [...machines.rows.map((entry) => `- ${line(entry)}`), ...machines.left].join("\n"),
    ]),
  ]
    .filter((block) => block !== "")
    .join("\n\n");
}

function sizeText(file: ReadingEntry): string {
  const size =
    file.addedLines === null || file.removedLines === null
      ? "binary"
      : `+${grouped(file.addedLines)} −${grouped(file.removedLines)}`;
  return file.status === "modified" ? size : `${size}, ${file.status}`;
}
