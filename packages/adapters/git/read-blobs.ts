import type { GitProgram } from "./git-program.ts";

export interface BlobQuestion {
  /** Object ids or `tree:path` names. */
  readonly names: readonly string[];
  /** Larger ones are left out. */
  readonly maxBytes: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Sizes of objects, by the name they were asked under; unknown ones are left out. One process. */
export async function readSizes(
  git: GitProgram,
  hub: string,
  question: Omit<BlobQuestion, "maxBytes">,
): Promise<ReadonlyMap<string, number>> {
  const names = [...new Set(question.names)];
  if (names.length === 0) return new Map();
  const answer = await git.run({
    gitDir: hub,
    args: ["cat-file", "-z", "--batch-check=%(objecttype) %(objectsize)"],
    stdin: names.map((name) => `${name}\0`).join(""),
    env: question.env ?? {},
  });
  const sizes = new Map<string, number>();
  let at = 0;
  for (const name of names) {
    // An unknown object is answered with its own name, which may span lines.
    const missing = Buffer.from(`${name} missing\n`, "utf8");
    if (answer.stdout.subarray(at, at + missing.length).equals(missing)) {
      at += missing.length;
      continue;
    }
    const end = answer.stdout.indexOf("\n", at);
    const [type, size] = answer.stdout.subarray(at, end).toString("utf8").split(" ");
    if (type === "blob") sizes.set(name, Number(size));
    at = end + 1;
  }
  return sizes;
}

/** Contents of blobs, by the name they were asked under. Sizes are asked first, so a huge blob is never read. */
export async function readBlobs(
  git: GitProgram,
  hub: string,
  question: BlobQuestion,
): Promise<ReadonlyMap<string, Buffer>> {
  const sizes = await readSizes(git, hub, question);
  const wanted = [...sizes].filter(([, size]) => size <= question.maxBytes);
  const blobs = new Map<string, Buffer>();
  if (wanted.length === 0) return blobs;
  const answer = await git.run({
    gitDir: hub,
    args: ["cat-file", "-z", "--batch=%(objectsize)"],
    stdin: wanted.map(([name]) => `${name}\0`).join(""),
    env: question.env ?? {},
    maxOutputBytes: 1024 * 1024 * 1024,
  });
  let at = 0;
  for (const [name, size] of wanted) {
    const start = answer.stdout.indexOf("\n", at) + 1;
    blobs.set(name, answer.stdout.subarray(start, start + size));
    at = start + size + 1;
  }
  return blobs;
}
