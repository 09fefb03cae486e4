/**
 * English words after which two people can disagree about whether a thing was done. Whole words only, and none that are
 * common in names of things ("may", "some", "simple" are left alone): a gate that cries wolf is switched off.
 */
const vague = [
  "maybe",
  "perhaps",
  "possibly",
  "might",
  "probably",
  "hopefully",
  "fast",
  "faster",
  "quick",
  "quickly",
  "slow",
  "performant",
  "efficient",
  "efficiently",
  "easy",
  "easily",
  "intuitive",
  "user-friendly",
  "nice",
  "beautiful",
  "modern",
  "robust",
  "robustly",
  "flexible",
  "scalable",
  "seamless",
  "seamlessly",
  "gracefully",
  "appropriate",
  "appropriately",
  "adequate",
  "adequately",
  "reasonable",
  "reasonably",
  "sufficient",
  "sufficiently",
  "suitable",
  "proper",
  "properly",
  "correctly",
  "acceptable",
  "optimal",
  "optimally",
  "etc",
  "and so on",
  "and the like",
  "as needed",
  "as required",
  "as necessary",
  "if possible",
  "if necessary",
  "where possible",
  "where applicable",
  "when appropriate",
  "as expected",
  "works well",
  "good performance",
  "soon",
  "often",
  "usually",
  "sometimes",
  "normally",
  "tbd",
  "to be defined",
  "to be decided",
  "to be determined",
] as const;

const pattern = new RegExp(
  `(?<![\\w-])(?:${[...vague].sort((left, right) => right.length - left.length).join("|")})(?![\\w-])`,
  "giu",
);

/** Quoted words and code are names, not claims. */
const quoted = /`[^`]*`|"[^"]*"|“[^”]*”|«[^»]*»|(?<![\p{L}\p{N}])'[^']*'(?![\p{L}\p{N}])/gu;

/** So are paths, addresses, file names and settings: /etc/hosts, https://fast.example, slow.log, --mode=fast. */
const named = /(?<!\S)[("[]*(?:\S*=\S*|(?:~|\.{0,2})\/\S+|\w+:\/\/\S+|[\w-]+\.[a-z]\w*)/giu;

/** A vague word with a meaning that can be tested: "as soon as it is up", "exits normally". "As soon as possible" has none. */
const exact = /\bas (?:soon|often) as\b(?! possible)|\b(?:exit|end|stop|terminat|return)\w* normally\b/giu;

const english = /(?<![\w-])(?:the|and|are|with|that|from|be|of|has|must|should|this|to)(?![\w-])/giu;
const foreign =
  /(?<![\w-])(?:der|das|und|ist|nicht|ein|eine|wird|mit|le|la|les|est|une|des|et|el|los|las|una|con|het|een|en|niet|il|che|nie|jest|os|um|uma)(?![\w-])/giu;

/** The vague words of an English text, in order, once each; none in a text in another language ("fast" is German too). */
export function vagueWords(text: string): readonly string[] {
  const claims = text.replace(quoted, " ").replace(named, " ").replace(exact, " ");
  const isForeign = /[^\p{Script=Latin}\p{Script=Common}]/u.test(claims);
  if (isForeign || count(claims, foreign) > count(claims, english)) return [];
  return [...new Set(Array.from(claims.matchAll(pattern), ([word]) => word.toLowerCase()))];
}

function count(text: string, words: RegExp): number {
  return Array.from(text.matchAll(words)).length;
}
