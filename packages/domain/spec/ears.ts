export const earsForms = ["ubiquitous", "event", "state", "optional", "unwanted", "complex"] as const;
export type EarsForm = (typeof earsForms)[number];

export type EarsReading =
  { readonly ok: true; readonly form: EarsForm } | { readonly ok: false; readonly message: string };

const keywordForms = [
  ["WHEN", "event"],
  ["WHILE", "state"],
  ["WHERE", "optional"],
  ["IF", "unwanted"],
] as const satisfies readonly (readonly [string, EarsForm])[];
/** Words are looked for as whole ASCII words, so that they are found between letters of scripts without spaces too. */
const keyword = /\b(?:WHEN|WHILE|WHERE|IF)\b/giu;
const opening = /^\s*(WHEN|WHILE|WHERE|IF)\b/iu;
const separator = /[,，、;]|\bTHEN\b/iu;

/**
 * Reads a requirement as one EARS statement: `The system SHALL …`, opened where it needs it by WHEN, WHILE, WHERE or
 * IF … THEN, alone or together. The keywords are English in any case; everything else may be in any language.
 */
export function readEars(text: string): EarsReading {
  const shall = /\bSHALL\b(?:\s+NOT\b)?/iu.exec(text);
  if (shall === null) return unread("it has no SHALL");
  const before = text.slice(0, shall.index);
  if (!hasWord(text.slice(shall.index + shall[0].length))) return unread("nothing follows SHALL");
  const [, first] = opening.exec(before) ?? [];
  if (first === undefined) {
    return hasWord(before) ? { ok: true, form: "ubiquitous" } : unread("nobody is named before SHALL");
  }
  const condition = conditionProblem(before, first.toUpperCase());
  if (condition !== null) return unread(condition);
  const found = new Set(Array.from(before.matchAll(keyword), ([word]) => word.toUpperCase()));
  const forms = keywordForms.flatMap(([word, form]) => (found.has(word) ? [form] : []));
  const [only, ...others] = forms;
  return { ok: true, form: only === undefined || others.length > 0 ? "complex" : only };
}

/** What comes before SHALL is one or more conditions and then, after the last separator, who has to do it. */
function conditionProblem(before: string, first: string): string | null {
  const parts = before.split(separator);
  if (first === "IF" && !/\bTHEN\b/iu.test(before)) return "IF has no THEN";
  if (parts.length < 2) return `nothing separates the condition after ${first} from who has to do it`;
  if (!hasWord(parts.slice(0, -1).join(" ").replace(keyword, ""))) return `no condition follows ${first}`;
  return hasWord(parts.slice(-1).join("")) ? null : "nobody is named before SHALL";
}

function hasWord(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

function unread(message: string): EarsReading {
  return { ok: false, message };
}
