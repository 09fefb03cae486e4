/** Verbs a task title opens with; two of them joined are two tasks. */
const verbs =
  "add|allow|build|change|configure|connect|create|define|delete|deploy|document|drop|enable|expose|extend|extract|fix|handle|implement|integrate|introduce|list|load|make|migrate|move|parse|print|read|record|refactor|reject|remove|rename|render|replace|return|rewrite|save|send|serve|set up|show|sort|split|store|support|test|update|validate|wire|write";

/** After a joint, a verb with an object of its own is an outcome of its own; "add load and save functions" is not. */
const object = "(?:a|all|an|any|each|every|it|its|one|that|the|their|them|these|this|those|to)";
const joint = new RegExp(
  String.raw`^\s*(?:${verbs})\b.*?(?:;|,?\s(?:and|then|plus)(?:\s+(?:also|then))?\s|\s[&+]\s)\s*(${verbs})\s+${object}\b`,
  "iu",
);
const quoted = /`[^`]*`|"[^"]*"|“[^”]*”/gu;

/**
 * The verb that opens a second outcome in a task's title ("Add the parser and write the report"), or null. It reads English
 * only and only titles: what hides in a description is for whoever judges the plan.
 */
export function secondOutcome(title: string): string | null {
  return joint.exec(title.replace(quoted, "x"))?.[1]?.toLowerCase() ?? null;
}
