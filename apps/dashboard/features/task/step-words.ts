/** What a step of an attempt does, once it is done. */
const words: Readonly<Record<string, string>> = {
  base: "Starting commit known",
  calibrate: "Checks run before the work",
  brief: "Brief sent",
  work: "Agent worked",
  read: "Findings read",
  collect: "Changes collected",
  resolution: "Resolution made one commit",
  audit: "Held against both sides for lost lines",
  "judge-changes": "Changes held against the policy",
  candidate: "Merged with the spec’s branch",
  checks: "Checks run on the merge",
  validation: "Validator’s verdict",
  land: "Landing on the spec’s branch",
};

/** The ledger's name of a step in words. */
export function stepWords(name: string): string {
  return words[name.replace(/-\d+$/u, "")] ?? name;
}

/** Which round of merging, checking and landing a step belongs to; null for the steps before them. */
export function stepRound(name: string): number | null {
  const round = /-(?<round>\d+)$/u.exec(name)?.groups?.["round"];
  return round === undefined ? null : Number(round);
}
