import type { Feedback } from "@omoios/domain/attempt/attempt";
import type { ConflictItem } from "@omoios/domain/landing/conflict";
import type { ConflictSides, Intent } from "../queries/conflict-sides.ts";
import { data } from "./data-block.ts";

const rules = `You are an AI agent working alone in a sandbox. Two pieces of work on one repository are both wanted, and git cannot merge
them by itself. You merge them. Nobody watches you and nobody answers questions while you work. Your working directory
holds git's attempt at the merge, on a branch of your own, without network: files it could not merge have conflict markers.

- Make both intents hold at once. Neither side is right and the other wrong: one landed first, nothing more.
- Keep every line either side added, unless one line of yours says what both said. What a side removed stays removed.
  Afterwards a program compares your files with both sides and sends the work back with every line that is gone.
- Leave no conflict markers. Between "<<<<<<<" and "=======" is what landed, between "=======" and ">>>>>>>" the work that comes in.
- Touch nothing else. Read the code around a conflict before you write: two clean halves can still be wrong together.
- You need not commit: when you end, your tree becomes one merge commit.
- When you are done, submit a short summary of how you joined the two. Checks of both sides then run on a clean copy of
  your tree, and only they decide.`;

/** What an agent is told that resolves a conflict. It starts with what is the same for every conflict. */
export function resolveBrief(
  about: ConflictSides & {
    readonly items: readonly ConflictItem[];
    readonly instructions: string | null;
    readonly feedback: Feedback | null;
  },
): string {
  const { instructions, feedback } = about;
  return [
    rules,
    ...(instructions === null
      ? []
      : [`# What this repository asks of agents\n\n${data("instructions", instructions)}`]),
    `# The work that comes in\n\n${intentText(about.work)}`,
    `# What landed meanwhile\n\n${about.landed.map(intentText).join("\n\n")}`,
    `# What git could not merge\n\n${about.items.map(itemLine).join("\n")}`,
    `# What each side did to these files\n\nWhat landed:\n${data("landed", about.diffs.landed)}\n\nThe work that comes in:\n${data("work", about.diffs.work)}`,
    ...(feedback === null ? [] : [lastResolution(feedback)]),
  ].join("\n\n");
}

function intentText({ label, title, description, goal }: Intent): string {
  const checked = goal.length === 0 ? [] : [`What will be checked:\n${goal.join("\n")}`];
  return [`## ${label}: ${title}`, ...(description === "" ? [] : [data("task", description)]), ...checked].join("\n\n");
}

function itemLine({ paths, type, message }: ConflictItem): string {
  return `- ${paths.join(", ")} (${type}): ${message}`;
}

function lastResolution(feedback: Feedback): string {
  const items = feedback.items.map((item) =>
    [`- ${item.subject}: ${item.message}`, ...(item.tail === null ? [] : [data("output", item.tail)])].join("\n"),
  );
  return [
    `# The resolution before yours was sent back\n\nYou start from git's merge again. ${feedback.message.replace(/\.$/u, "")}.`,
    ...items,
  ].join("\n");
}
