import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { openRepositories } from "@omoios/adapters/git/repositories";
import { openLocalSandboxes } from "@omoios/adapters/sandbox-local/provider";
import type { Base, Sandbox, SandboxProvider } from "@omoios/engine/ports/sandbox";
import { rounded, Samples, timed, timedRepeatedly } from "../figures.ts";
import type { Bench, Figure, Findings, Table } from "../figures.ts";
import { fileCount, GeneratedRepository, runGit } from "../generated-repository.ts";
import { diskBytes, ScratchFolder } from "../scratch-folder.ts";

const hits = 20;
const deltas = 8;
const colds = 3;
const clones = 5;
const changedFiles = 20;
const projectId = "0d4f3c52-6c5f-4f4e-9d0c-51b0a3a3f001";
const megabyte = 1024 ** 2;
const forever = new AbortController().signal;

interface Subject {
  readonly folder: string;
  readonly state: string;
  readonly hub: string;
  readonly provider: SandboxProvider;
  /** What bases are cut from, and later commits that each change a few files. */
  readonly commit: string;
  readonly later: readonly string[];
}

/** How long one sandbox took, from the call to ready, to the first output of a program in it, and what it put on the disk. */
interface Opening {
  readonly readyMs: number;
  readonly outputMs: number;
  readonly bytes: number;
  readonly destroyMs: number;
}

async function prepare(folder: string): Promise<Subject> {
  const repository = await GeneratedRepository.create(join(folder, "source"));
  const hub = await openRepositories().openHub(join(folder, "hub.git"));
  const commit = await hub.fetchSource(repository.path, "main");
  await hub.moveRefs([{ ref: "refs/heads/main", to: commit, seen: null }]);
  const later: string[] = [];
  for (let number = 0; number < deltas; number += 1) {
    const name = `later-${String(number)}`;
    await repository.branch(name, {
      files: Array.from({ length: changedFiles }, (_none, place) => place * 37 + number),
      line: 5,
    });
    later.push(await hub.fetchSource(repository.path, name));
  }
  const state = join(folder, "sandboxes");
  const provider = await openLocalSandboxes({ root: state, nodePath: process.execPath, programs: [] });
  const worth = await provider.probe();
  if (worth.isolation !== "full") throw new Error(`No jail starts here: ${worth.reason ?? "the probe gave no reason"}`);
  return { folder, state, hub: hub.path, provider, commit, later };
}

interface Wanted {
  readonly setupDigest: string;
  readonly mode: "implementation" | "validation";
}

function prepareBase({ provider, hub, commit }: Subject, { setupDigest, mode }: Wanted): Promise<Base> {
  const trust = mode === "validation" ? "validation" : "work";
  const request = {
    projectId,
    trust,
    hubPath: hub,
    commit,
    setupDigest,
    copyFiles: [],
    checkoutPath: null,
    install: null,
  } as const;
  return provider.prepareBase(request, forever);
}

/** As an attempt does it: the base first, then the sandbox, then the agent's program. */
async function openOnce(
  subject: Subject,
  at: Wanted & { readonly id: string; readonly commit: string },
): Promise<Opening> {
  const { provider, hub, state } = subject;
  const startedAt = performance.now();
  const base = await prepareBase(subject, at);
  const { id, mode, commit } = at;
  const branch = mode === "implementation" ? "task/TSK-1-bench" : null;
  const sandbox = await provider.open({ id, projectId, mode, base, hubPath: hub, commit, branch, env: {} }, forever);
  const readyMs = performance.now() - startedAt;
  await firstOutput(sandbox);
  const outputMs = performance.now() - startedAt;
  await sandbox.close();
  const bytes = await diskBytes(join(state, "sandboxes", id));
  const destroyMs = await timed(() => provider.destroy(id));
  return { readyMs, outputMs, bytes, destroyMs };
}

async function firstOutput(sandbox: Sandbox): Promise<void> {
  const program = await sandbox.spawn({ argv: ["/bin/echo", "seen"] });
  for await (const _chunk of program.output) break;
  await program.exited;
}

interface Series {
  readonly name: string;
  readonly times: number;
  readonly mode?: "validation";
  readonly commit: (round: number) => string;
  readonly setupDigest: (round: number) => string;
}

async function openRepeatedly(subject: Subject, series: Series): Promise<readonly Opening[]> {
  const openings: Opening[] = [];
  const mode = series.mode ?? "implementation";
  for (let round = 0; round < series.times; round += 1) {
    const id = `${series.name}-${String(round)}`;
    openings.push(
      await openOnce(subject, { id, setupDigest: series.setupDigest(round), commit: series.commit(round), mode }),
    );
  }
  return openings;
}

async function cloneShared({ folder, hub }: Subject) {
  const bytes: number[] = [];
  const ms = await timedRepeatedly(clones, async (round) => {
    await runGit(folder, ["clone", "--quiet", "--shared", "--branch", "main", hub, `clone-${String(round)}`]);
  });
  for (let round = 0; round < clones; round += 1) bytes.push(await diskBytes(join(folder, `clone-${String(round)}`)));
  return { ms, bytes: new Samples(bytes) };
}

/** The least a jail can cost: bubblewrap around `true`, and a Node that does nothing. */
async function floor(): Promise<{ readonly jail: Samples; readonly node: Samples }> {
  const jail = ["bwrap", "--ro-bind", "/", "/", "--unshare-all", "--die-with-parent", "true"];
  const end = async ([program = "", ...args]: readonly string[]): Promise<void> => {
    await once(spawn(program, args, { stdio: "ignore" }), "close");
  };
  return {
    jail: await timedRepeatedly(hits, () => end(jail)),
    node: await timedRepeatedly(hits, () => end([process.execPath, "-e", ""])),
  };
}

function column(openings: readonly Opening[], key: keyof Opening): Samples {
  return new Samples(openings.map((opening) => opening[key]));
}

async function run(log: (line: string) => void): Promise<Findings> {
  await using folder = await ScratchFolder.open();
  log(`generating a repository of ${String(fileCount)} files`);
  const subject = await prepare(folder.path);
  const commit = (): string => subject.commit;
  const [first = ""] = subject.later;
  const known = (): string => "cold-0";
  log("cold bases");
  const each = (round: number): string => `cold-${String(round)}`;
  const cold = await openRepeatedly(subject, { name: "cold", times: colds, commit, setupDigest: each });
  const baseBytes = (await diskBytes(join(subject.state, "bases"))) / colds;
  log("base hits");
  const hit = await openRepeatedly(subject, { name: "hit", times: hits, commit, setupDigest: known });
  await prepareBase(subject, { setupDigest: known(), mode: "validation" });
  const judged = await openRepeatedly(subject, {
    name: "judged",
    times: hits,
    mode: "validation",
    commit,
    setupDigest: known,
  });
  log("deltas");
  const another = (round: number): string => subject.later[round] ?? first;
  const delta = await openRepeatedly(subject, { name: "delta", times: deltas, commit: another, setupDigest: known });
  const atFirst = { name: "layered", times: hits, commit: () => first, setupDigest: known };
  const layered = await openRepeatedly(subject, atFirst);
  log("clones and the floor");
  const clone = await cloneShared(subject);
  const least = await floor();
  const basesMs = await timedRepeatedly(hits, () =>
    prepareBase(subject, { setupDigest: "cold-0", mode: "implementation" }),
  );
  return findings({ cold, hit, judged, delta, layered, clone, least, baseBytes, basesMs });
}

interface Measured {
  readonly cold: readonly Opening[];
  readonly hit: readonly Opening[];
  /** A base hit in validation mode: no branch to be put on. */
  readonly judged: readonly Opening[];
  /** At a commit nothing was opened at before, and at one whose layer is there. */
  readonly delta: readonly Opening[];
  readonly layered: readonly Opening[];
  readonly clone: { readonly ms: Samples; readonly bytes: Samples };
  readonly least: { readonly jail: Samples; readonly node: Samples };
  readonly baseBytes: number;
  readonly basesMs: Samples;
}

function findings(measured: Measured): Findings {
  return {
    figures: figuresOf(measured),
    tables: [openingTable(measured), floorTable(measured)],
    notes: [
      `${String(fileCount)} files; ${String(hits)} hits, ${String(deltas)} deltas, ${String(colds)} cold, ${String(clones)} clones. Ready: tree on its branch, init answering. Disk by \`du\`, after the jail was closed.`,
    ],
  };
}

function figuresOf({ cold, hit, delta, clone, least, baseBytes }: Measured): readonly Figure[] {
  const hitMs = column(hit, "readyMs").median;
  const floorMs = least.jail.median + least.node.median;
  return [
    {
      what: "base hit, call to ready, p50",
      value: hitMs,
      unit: "ms",
      target: { atMost: 50 },
      beside: `clone --shared ${rounded(clone.ms.median)} ms: ${rounded(clone.ms.median / hitMs)}× as long`,
    },
    {
      what: "base hit, call to ready ÷ (bubblewrap + a Node that does nothing)",
      value: hitMs / floorMs,
      unit: "×",
      beside: `${rounded(least.jail.median)} + ${rounded(least.node.median)} ms`,
    },
    {
      what: "base hit, new disk",
      value: column(hit, "bytes").worst / megabyte,
      unit: "MB",
      target: { atMost: 5 },
      beside: `clone --shared ${rounded(clone.bytes.median / megabyte)} MB`,
    },
    {
      what: "delta, call to ready, p50",
      value: column(delta, "readyMs").median,
      unit: "ms",
      target: { atMost: 400 },
      beside: `${String(changedFiles)} changed files`,
    },
    {
      what: "cold, call to ready, p50",
      value: column(cold, "readyMs").median,
      unit: "ms",
      beside: `base of ${rounded(baseBytes / megabyte)} MB, built once per lock file and set-up`,
    },
  ];
}

function openingTable({ cold, hit, judged, delta, layered, clone: { ms, bytes } }: Measured): Table {
  const row = (name: string, openings: readonly Opening[]): readonly string[] => [
    name,
    rounded(column(openings, "readyMs").median),
    rounded(column(openings, "readyMs").worst),
    rounded(column(openings, "outputMs").median),
    rounded(column(openings, "bytes").median / megabyte),
    rounded(column(openings, "destroyMs").median),
  ];
  return {
    title: "Opening a sandbox",
    columns: ["case", "ready p50 ms", "ready worst ms", "program output p50 ms", "new disk MB", "destroy p50 ms"],
    rows: [
      row("base hit", hit),
      row("base hit, validation mode (no branch)", judged),
      row("delta, first at this commit", delta),
      row("delta, its layer is there", layered),
      row("cold", cold),
      ["git clone --shared", rounded(ms.median), rounded(ms.worst), "", rounded(bytes.median / megabyte), ""],
    ],
  };
}

function floorTable({ least, basesMs }: Measured): Table {
  return {
    title: "What a base hit cannot go below",
    columns: ["part", "p50 ms"],
    rows: [
      ["bubblewrap around `true`", rounded(least.jail.median)],
      ["a Node that does nothing", rounded(least.node.median)],
      ["`prepareBase`, hit", rounded(basesMs.median)],
    ],
  };
}

export const sandboxBench: Bench = {
  name: "sandbox",
  title: "opening a sandbox over a base, with a delta and cold, against git clone --shared",
  run,
};
