import { join } from "node:path";
import { openRepositories } from "@omoios/adapters/git/repositories";
import { conflictScore } from "@omoios/domain/landing/conflict-score";
import type { Hub, MergePair } from "@omoios/engine/ports/repository";
import { type Bench, type Findings, rounded, Samples, timed, timedRepeatedly } from "../figures.ts";
import { fileCount, GeneratedRepository, runGit } from "../generated-repository.ts";
import { ScratchFolder } from "../scratch-folder.ts";

const branchCount = 8;
const filesPerBranch = 20;
const rounds = 9;

interface Subject {
  readonly repository: GeneratedRepository;
  readonly hub: Hub;
  readonly main: string;
  /** One commit per branch; neighbours change some of the same lines. */
  readonly commits: readonly string[];
}

async function prepare(folder: string): Promise<Subject> {
  const repository = await GeneratedRepository.create(join(folder, "source"));
  const hub = await openRepositories().openHub(join(folder, "hub.git"));
  const commits: string[] = [];
  const main = await hub.fetchSource(repository.path, "main");
  for (let number = 0; number < branchCount; number += 1) {
    // Three files are shared with the next branch, in the same line.
    const files = Array.from({ length: filesPerBranch }, (_none, place) => number * (filesPerBranch - 3) + place);
    await repository.branch(`work-${String(number)}`, { files, line: 7 });
    commits.push(await hub.fetchSource(repository.path, `work-${String(number)}`));
  }
  return { repository, hub, main, commits };
}

function pairsOf(commits: readonly string[]): readonly MergePair[] {
  return commits.flatMap((ours, place) => commits.slice(place + 1).map((theirs) => ({ ours, theirs })));
}

/** The usual way to find out: merge in a work tree that is there, look, put it back. */
async function mergeInWorktree(folder: string, { repository }: Subject, pairs: readonly MergePair[]) {
  const path = join(folder, "worktree");
  await repository.git("worktree", "add", "--quiet", "--detach", path, "main");
  const git = async (...args: readonly string[]): Promise<unknown> => runGit(path, args);
  const merges: number[] = [];
  const whole: number[] = [];
  for (const { ours, theirs } of pairs) {
    const startedAt = performance.now();
    await git("checkout", "--quiet", "--detach", ours);
    merges.push(await timed(async () => git("merge", "--no-commit", "--no-ff", theirs).catch(() => null)));
    await git("reset", "--quiet", "--hard");
    whole.push(performance.now() - startedAt);
  }
  return { merge: new Samples(merges), whole: new Samples(whole) };
}

interface Landing {
  readonly whole: Samples;
  readonly merge: Samples;
  readonly commit: Samples;
  readonly move: Samples;
}

/** Lands every branch on a fresh spec branch, again and again, as `propose` and `land` do. */
async function landAll({ hub, main, commits }: Subject): Promise<Landing> {
  const parts = { whole: [] as number[], merge: [] as number[], commit: [] as number[], move: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    const ref = `refs/heads/spec/SPC-${String(round)}`;
    await hub.moveRefs([{ ref, to: main, seen: null }]);
    let tip = main;
    // Every second one, so that none is in the way of another.
    for (const theirs of commits.filter((_commit, place) => place % 2 === 0)) {
      const marks = [performance.now()];
      const merged = await hub.mergeTree(tip, theirs);
      marks.push(performance.now());
      const author = { authorName: "Bench", authorEmail: "bench@omoios.invalid", at: new Date() };
      const commit = await hub.commitTree({
        tree: merged.tree,
        parents: [tip, theirs],
        message: `Land ${theirs}`,
        ...author,
      });
      marks.push(performance.now());
      const task = `refs/heads/task/TSK-${String(round)}-${theirs}`;
      const landed = await hub.moveRefs([
        { ref, to: commit, seen: tip },
        { ref: task, to: theirs, seen: null },
      ]);
      marks.push(performance.now());
      if (!merged.clean || !landed) throw new Error("A branch that should land did not");
      const [began = 0, afterMerge = 0, afterCommit = 0, ended = 0] = marks;
      parts.whole.push(ended - began);
      parts.merge.push(afterMerge - began);
      parts.commit.push(afterCommit - afterMerge);
      parts.move.push(ended - afterCommit);
      tip = commit;
    }
  }
  return {
    whole: new Samples(parts.whole),
    merge: new Samples(parts.merge),
    commit: new Samples(parts.commit),
    move: new Samples(parts.move),
  };
}

async function scorePairs(hub: Hub, pairs: readonly MergePair[]): Promise<readonly number[]> {
  return (await hub.tryMerges(pairs)).map(({ conflicts }) => conflictScore(conflicts));
}

async function run(log: (line: string) => void): Promise<Findings> {
  await using folder = await ScratchFolder.open();
  log(`generating a repository of ${String(fileCount)} files and ${String(branchCount)} branches`);
  const subject = await prepare(folder.path);
  const pairs = pairsOf(subject.commits);
  const scores = await scorePairs(subject.hub, pairs);
  log("scoring");
  const batched = await timedRepeatedly(rounds, () => scorePairs(subject.hub, pairs));
  const single = await timedRepeatedly(pairs.length, (round) => scorePairs(subject.hub, pairs.slice(round, round + 1)));
  log("merging in a work tree");
  const worktree = await mergeInWorktree(folder.path, subject, pairs);
  log("landing");
  const landing = await landAll(subject);
  const perPair = batched.median / pairs.length;
  return {
    figures: [
      {
        what: "a pair in a work tree ÷ a pair scored in a batch",
        value: worktree.whole.median / perPair,
        unit: "×",
        target: { atLeast: 10 },
        beside: `checkout, \`git merge\` and reset ${rounded(worktree.whole.median)} ms; \`git merge\` alone ${rounded(worktree.merge.median)} ms (${rounded(worktree.merge.median / perPair)}×)`,
      },
      {
        what: "a pair scored in a batch",
        value: perPair,
        unit: "ms",
        beside: `${String(pairs.length)} pairs in ${rounded(batched.median)} ms`,
      },
      {
        what: "a pair scored alone",
        value: single.median,
        unit: "ms",
        beside: `${rounded(single.median / perPair)}× a pair of a batch`,
      },
      {
        what: "full landing, p50",
        value: landing.whole.median,
        unit: "ms",
        target: { atMost: 60 },
        beside: `p99 ${rounded(landing.whole.percentile(99))} ms`,
      },
    ],
    tables: [
      {
        title: "One landing",
        columns: ["step", "p50 ms", "p99 ms"],
        rows: (["merge", "commit", "move"] as const).map((step) => [
          { merge: "mergeTree", commit: "commitTree", move: "moveRefs, two refs" }[step],
          rounded(landing[step].median),
          rounded(landing[step].percentile(99)),
        ]),
      },
    ],
    notes: [
      `${String(fileCount)} files, ${String(branchCount)} branches of ${String(filesPerBranch)} changed files; ${String(scores.filter((score) => score > 0).length)} of ${String(pairs.length)} pairs conflict. ${String(rounds)} batches, ${String(landing.whole.count)} landings.`,
    ],
  };
}

export const mergingBench: Bench = {
  name: "merging",
  title: "conflict scores and landings without a work tree against git merge in one",
  run,
};
