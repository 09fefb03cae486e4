/**
 * Reads a shell command just far enough to see that it cannot fail: `true`, `npm test || true`, `npm test; echo done`,
 * `npm test | tail`. A check that cannot fail proves nothing. It is a net for mistakes, not a proof: what slips through
 * is caught when the check passes before the work is done.
 */
export function cannotFail(command: string): boolean {
  const lists = splitLists(command);
  const last = lists.at(-1);
  if (last === undefined) return true;
  if (lists.some((list) => list.pieces.some(({ text }) => exitsWithFailure.test(text)))) return false;
  const stopsAtFirst = lists.findIndex(({ pieces }) =>
    pieces.some(({ text }) => /^set\s+(?:-\w*e|-o\s+errexit)/u.test(text)),
  );
  const pipefail = /\bset\s+-\w*o\s+pipefail\b/u.test(command);
  const deciding = stopsAtFirst === -1 ? [last] : lists.slice(stopsAtFirst);
  return deciding.every((list) => list.inBackground || listSucceeds(list.pieces, pipefail));
}

const exitsWithFailure = /(?:^|\s)(?:exit|return)\s+[^0\s]/u;
const prefix = /^(?:(?:then|else|do|elif|if|while|until|fi|done|time|command|exec|[({})])\s+|\w+=\S*\s+)+/u;
const succeeds = /^(?:\/(?:usr\/)?bin\/)?(?:true|:|echo|printf|sleep|set|exit\s+0)(?:[\s)}]|$)/u;
/** Programs that, at the end of a pipe, succeed whatever they are given. */
const swallows = /^(?:\/(?:usr\/)?bin\/)?(?:cat|tee|head|tail|sort|uniq|wc|less|more|column|nl|tac)(?:\s|$)/u;

interface Piece {
  /** How it is joined to the one before it; null for the first of a list. */
  readonly join: "&&" | "||" | "|" | null;
  readonly text: string;
}

interface CommandList {
  readonly pieces: readonly Piece[];
  readonly inBackground: boolean;
}

/** `a && b` succeeds when both do, `a || b` when either does; they bind from left to right. */
function listSucceeds(pieces: readonly Piece[], pipefail: boolean): boolean {
  let whole = true;
  let pipeline = true;
  let join: Piece["join"] = null;
  const close = (): void => {
    whole = join === "||" ? whole || pipeline : whole && pipeline;
  };
  for (const piece of pieces) {
    const text = piece.text.replace(prefix, "");
    const alone = succeeds.test(text);
    if (piece.join === "|") {
      pipeline = pipefail ? pipeline && (alone || swallows.test(text)) : alone || swallows.test(text);
      continue;
    }
    if (piece.join !== null) close();
    join = piece.join;
    pipeline = alone;
  }
  close();
  return whole;
}

function splitLists(command: string): readonly CommandList[] {
  const lists: CommandList[] = [];
  let pieces: Piece[] = [];
  let join: Piece["join"] = null;
  const endPiece = (text: string): void => {
    if (text.trim() !== "") pieces.push({ join, text: text.trim() });
  };
  for (const { text, operator } of tokens(command)) {
    endPiece(text);
    if (operator === "&&" || operator === "||" || operator === "|") {
      join = operator;
      continue;
    }
    if (pieces.length > 0) lists.push({ pieces, inBackground: operator === "&" });
    pieces = [];
    join = null;
  }
  return lists;
}

interface Token {
  readonly text: string;
  readonly operator: "&&" | "||" | "|" | "&" | ";" | "end";
}

/** What cannot be cut: quotes, escapes, substitutions, comments, redirections that contain an ampersand or a bar. */
const whole =
  /\\[^]|'[^']*'|"(?:\\[^]|[^"\\])*"|`(?:\\[^]|[^`\\])*`|\$\((?:[^()]|\([^()]*\))*\)|\$\{[^}]*\}|[<>]+[&|]|&>>?|(?:(?<=\s|^)#[^\n]*)/u;
const operators = /&&|\|\|?|&|;+|\n/u;
const scanner = new RegExp(`(?<whole>${whole.source})|(?<operator>${operators.source})|[^]`, "gu");

function tokens(command: string): readonly Token[] {
  const found: Token[] = [];
  let text = "";
  for (const match of command.matchAll(scanner)) {
    const operator = match.groups?.["operator"];
    if (operator === undefined) {
      text += match[0].startsWith("#") ? "" : match[0];
      continue;
    }
    found.push({ text, operator: operatorOf(operator) });
    text = "";
  }
  return [...found, { text, operator: "end" }];
}

function operatorOf(operator: string): Token["operator"] {
  switch (operator) {
    case "&&":
    case "||":
    case "|":
    case "&":
      return operator;
    default:
      return ";";
  }
}
