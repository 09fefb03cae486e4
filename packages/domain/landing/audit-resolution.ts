/** The texts of one file in the merge base, on the two sides and in the resolution; null where it is absent or no text. */
export interface ResolvedFile {
  readonly path: string;
  readonly base: string | null;
  readonly ours: string | null;
  readonly theirs: string | null;
  readonly result: string | null;
}

/**
 * marker: a conflict marker was left. lost: a line that one side added is gone. restored: a line that one side removed
 * is back. opaque: both sides changed a file that is no text, so nobody can tell what became of it.
 */
export const auditFindingKinds = ["marker", "lost", "restored", "opaque"] as const;

export interface AuditFinding {
  readonly kind: (typeof auditFindingKinds)[number];
  readonly path: string;
  /** The line; empty for a file as a whole. */
  readonly text: string;
}

/**
 * What a resolution of two sides does to their lines, judged without a model. Lines are compared per file as a multiset,
 * without their indentation. A line may move to another file, or be carried by a new line that has all its words in their
 * order (`call(a)` and `call(b)` make `call(a, b)`). What a side removed stays removed, unless it removed the whole file
 * the other side worked on. Lines without a letter or digit mean nothing alone and are not counted.
 */
export function auditResolution(files: readonly ResolvedFile[]): readonly AuditFinding[] {
  const counted = files.map(countLines);
  return [...files.flatMap(leftMarkers), ...lostLines(counted), ...restoredLines(counted)];
}

type Counts = ReadonlyMap<string, number>;

interface CountedFile {
  readonly file: ResolvedFile;
  readonly base: Counts;
  readonly ours: Counts;
  readonly theirs: Counts;
  readonly result: Counts;
}

function countLines(file: ResolvedFile): CountedFile {
  const { base, ours, theirs, result } = file;
  return { file, base: countsOf(base), ours: countsOf(ours), theirs: countsOf(theirs), result: countsOf(result) };
}

function countsOf(text: string | null): Counts {
  const counts = new Map<string, number>();
  for (const line of (text ?? "").split(/\r?\n/u).map(plain)) {
    if (/[\p{Letter}\p{Number}]/u.test(line)) counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return counts;
}

function plain(line: string): string {
  return line.trim().replaceAll(/\s+/gu, " ");
}

const markerLine = /^(?:<{7} .*|\|{7} .*|={7}|>{7} .*)$/u;

/** A document about git may have marker lines of its own; only those neither side had were left by the merge. */
function leftMarkers({ path, ours, theirs, result }: ResolvedFile): readonly AuditFinding[] {
  const own = new Set([ours, theirs].flatMap((text) => (text ?? "").split(/\r?\n/u)));
  return (result ?? "")
    .split(/\r?\n/u)
    .filter((line) => markerLine.test(line) && !own.has(line))
    .map((text) => ({ kind: "marker", path, text }));
}

interface LineChange {
  readonly added: number;
  readonly removed: number;
  /** How many both sides together want in this file: what both added is wanted once. */
  readonly wanted: number;
}

function changeOf(line: string, { base, ours, theirs }: CountedFile): LineChange {
  const before = base.get(line) ?? 0;
  const sides = [ours.get(line) ?? 0, theirs.get(line) ?? 0];
  const added = Math.max(0, ...sides.map((count) => count - before));
  const removed = Math.max(0, ...sides.map((count) => before - count));
  return { added, removed, wanted: before + added - removed };
}

function lostLines(files: readonly CountedFile[]): readonly AuditFinding[] {
  const spare = spareLines(files);
  const gone = files.flatMap((file) =>
    [...new Set([...file.ours.keys(), ...file.theirs.keys()])].flatMap((line) => {
      const { added, wanted } = changeOf(line, file);
      const missing = Math.min(added, wanted - (file.result.get(line) ?? 0));
      return missing > 0 ? [{ file, line, missing }] : [];
    }),
  );
  return gone.flatMap(({ file, line, missing }) => {
    const available = spare.get(line) ?? 0;
    const elsewhere = Math.min(missing, available);
    spare.set(line, available - elsewhere);
    if (missing === elsewhere || isCarried(line, file)) return [];
    return Array.from({ length: missing - elsewhere }, () => ({
      kind: "lost" as const,
      path: file.file.path,
      text: line,
    }));
  });
}

/**
 * Lines that need not be where a side put them: those that are more often in another file than it asks for, and those one
 * side moved away from where the other removed them.
 */
function spareLines(files: readonly CountedFile[]): Map<string, number> {
  const spare = new Map<string, number>();
  const add = (line: string, count: number) => {
    if (count > 0) spare.set(line, (spare.get(line) ?? 0) + count);
  };
  for (const file of files) {
    for (const [line, count] of file.result) add(line, count - Math.max(0, changeOf(line, file).wanted));
    for (const [line, count] of file.base) {
      add(line, Math.min(count - (file.ours.get(line) ?? 0), count - (file.theirs.get(line) ?? 0)));
    }
  }
  return spare;
}

/** True when a line of the resolution that nobody had before has every word of `line`, in their order. */
function isCarried(line: string, { base, ours, theirs, result }: CountedFile): boolean {
  const words = wordsOf(line);
  return [...result.keys()].some(
    (fresh) => !base.has(fresh) && !ours.has(fresh) && !theirs.has(fresh) && isWithin(words, wordsOf(fresh)),
  );
}

function wordsOf(line: string): readonly string[] {
  return Array.from(line.matchAll(/[\p{Letter}\p{Number}_$]+/gu), ([word]) => word);
}

function isWithin(words: readonly string[], all: readonly string[]): boolean {
  let found = 0;
  for (const word of all) if (word === words[found]) found += 1;
  return found === words.length;
}

function restoredLines(files: readonly CountedFile[]): readonly AuditFinding[] {
  return files.flatMap((file) => {
    // To keep a file that one side changed and the other removed restores it on purpose.
    const { ours, theirs } = file.file;
    if (ours === null || theirs === null) return [];
    return [...file.base.keys()].flatMap((line) => {
      const { removed, wanted } = changeOf(line, file);
      const back = Math.min(removed, (file.result.get(line) ?? 0) - Math.max(0, wanted));
      return Array.from({ length: Math.max(0, back) }, () => ({
        kind: "restored" as const,
        path: file.file.path,
        text: line,
      }));
    });
  });
}

/** What a finding says, for whoever has to mend it. */
export function auditText({ kind, text }: AuditFinding): string {
  switch (kind) {
    case "marker":
      return `a conflict marker was left: ${text}`;
    case "lost":
      return `a line that one side added is gone: ${text}`;
    case "restored":
      return `a line that one side removed is back: ${text}`;
    case "opaque":
      return "both sides changed this file, which is no text: a person has to choose one";
  }
}
