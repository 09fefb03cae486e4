import { canonicalJson } from "@omoios/domain/shared/canonical-json";
import type { Mode } from "@omoios/domain/sandbox/state";
import type { Base, Sandbox, TrustDomain } from "../ports/sandbox.ts";
import { record } from "../use-cases/record.ts";
import { about, named } from "./attempt-event.ts";
import type { AttemptParts, AttemptRun } from "./attempt-run.ts";
import { usableProbe } from "./usable-probe.ts";

/** Files that say which dependencies a tree has: bases are shared while these and the set-up stay the same. */
const lockFiles = [
  "package-lock.json",
  "npm-shrinkwrap.json",
  "yarn.lock",
  "pnpm-lock.yaml",
  "bun.lock",
  "poetry.lock",
  "uv.lock",
  "requirements.txt",
  "Cargo.lock",
  "go.sum",
];

/** The base snapshot for this attempt's project, for the work itself or for judging it. */
export async function prepareBase(parts: AttemptParts, run: AttemptRun, trust: TrustDomain): Promise<Base> {
  const { setup } = run.config;
  const locks = await run.hub.readFiles(run.spec.baseCommit, lockFiles, 50_000_000);
  const digests = [...locks].map(([path, text]) => ({ path, digest: parts.digest(text) }));
  return parts.provider.prepareBase(
    {
      projectId: run.project.id,
      trust,
      hubPath: run.hub.path,
      commit: run.spec.baseCommit,
      setupDigest: parts.digest(canonicalJson({ locks: digests, setup })),
      copyFiles: setup.copyFiles,
      checkoutPath: setup.copyFiles.length === 0 ? null : run.project.source,
    },
    run.signal,
  );
}

/** Opens (or adopts) the sandbox the agent works in and books it. */
export async function openWorkSandbox(parts: AttemptParts, run: AttemptRun, commit: string): Promise<Sandbox> {
  const base = await prepareBase(parts, run, "work");
  const id = workSandboxId(run);
  await book(parts, run, { id, mode: run.task.mode });
  const sandbox = await parts.provider.open(
    {
      id,
      projectId: run.project.id,
      mode: run.task.mode,
      base,
      hubPath: run.hub.path,
      commit,
      branch: run.task.mode === "implementation" ? run.attempt.branch : null,
      bridge: parts.agents.get(run.attempt.agent)?.usesModels ?? false,
      env: run.config.setup.env,
    },
    run.signal,
  );
  await moveSandbox(parts, { id, move: "opened" });
  await announce(parts, run, sandbox);
  return sandbox;
}

export function workSandboxId({ attempt }: Pick<AttemptRun, "attempt">): string {
  return attempt.id;
}

async function book(
  parts: AttemptParts,
  run: AttemptRun,
  sandbox: { readonly id: string; readonly mode: Mode },
): Promise<void> {
  const probe = await usableProbe(parts.provider);
  await parts.database.transaction(async (tx) => {
    await parts.attempts.fence(tx, run.holder);
    const at = parts.clock.now();
    const found = await parts.sandboxRecords.ensure(tx, {
      id: sandbox.id,
      attemptId: run.attempt.id,
      provider: parts.provider.id,
      mode: sandbox.mode,
      isolation: probe.isolation,
      state: "opening",
      version: 1,
      createdAt: at,
      destroyedAt: null,
    });
    if (found.state !== "opening") await parts.sandboxRecords.move(tx, found, { move: "reopen", at });
  });
}

export async function moveSandbox(
  parts: AttemptParts,
  change: { readonly id: string; readonly move: "opened" | "closed" | "destroy" },
): Promise<void> {
  await parts.database.transaction(async (tx) => {
    const found = await parts.sandboxRecords.find(change.id, tx);
    if (found === null || found.state === "destroyed") return;
    await parts.sandboxRecords.move(tx, found, { move: change.move, at: parts.clock.now() });
  });
}

async function announce(parts: AttemptParts, run: AttemptRun, sandbox: Sandbox): Promise<void> {
  await record(parts, run.project.id, (_tx, emit) => {
    emit({
      type: "sandbox.opened",
      ...about(run),
      payload: {
        ...named(run),
        provider: parts.provider.id,
        isolation: sandbox.isolation,
        adopted: sandbox.adopted,
      },
    });
    return Promise.resolve();
  });
}
