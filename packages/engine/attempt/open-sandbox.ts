import { parseAllowedHost } from "@omoios/domain/sandbox/allow-list";
import { dependencyFiles, planInstall, type InstallPlan } from "@omoios/domain/sandbox/install-plan";
import { canonicalJson } from "@omoios/domain/shared/canonical-json";
import type { Mode } from "@omoios/domain/sandbox/state";
import { ProviderWait } from "../ports/gateway.ts";
import type { Base, BaseInstall, Sandbox, TrustDomain } from "../ports/sandbox.ts";
import { record } from "../use-cases/record.ts";
import { about, named } from "./attempt-event.ts";
import type { AttemptParts, AttemptRun } from "./attempt-run.ts";
import { usableProbe } from "./usable-probe.ts";

/** How long an attempt waits before it looks again whether there is room. */
const spaceRetryMs = 60_000;

/** The base snapshot for this attempt's project, for the work itself or for judging it. */
export async function prepareBase(parts: AttemptParts, run: AttemptRun, trust: TrustDomain): Promise<Base> {
  await waitForSpace(parts);
  const { setup } = run.config;
  const files = await run.hub.readFiles(run.spec.baseCommit, dependencyFiles, 50_000_000);
  const plan = planInstall(setup, files);
  const decidedBy = plan?.decidedBy ?? [];
  const digests = decidedBy.map((path) => ({ path, digest: parts.digest(files.get(path) ?? "") }));
  return parts.provider.prepareBase(
    {
      projectId: run.project.id,
      trust,
      hubPath: run.hub.path,
      commit: run.spec.baseCommit,
      setupDigest: parts.digest(canonicalJson({ digests, plan, setup })),
      copyFiles: setup.copyFiles,
      checkoutPath: setup.copyFiles.length === 0 ? null : run.project.source,
      install: plan === null ? null : { ...plan, ...installLimits(run) },
      onSetupOutput: logSetup(parts, run, trust),
    },
    run.signal,
  );
}

/** A full disk would end whatever runs: nothing is begun until there is room, and the attempt holds no slot meanwhile. */
async function waitForSpace({ provider, clock }: Pick<AttemptParts, "provider" | "clock">): Promise<void> {
  const { freeBytes, leastBytes } = await provider.space();
  if (freeBytes >= leastBytes) return;
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  throw new ProviderWait(
    `only ${gigabytes(freeBytes)} are free where sandboxes are kept, and sandbox.leastFreeBytes asks for ${gigabytes(leastBytes)}`,
    new Date(clock.now().getTime() + spaceRetryMs),
  );
}

function installLimits({ config: { setup } }: AttemptRun): Omit<BaseInstall, keyof InstallPlan> {
  const { allow, maxBytes } = setup.network;
  return { timeoutMs: setup.timeoutMs, allow: allow.flatMap((host) => parseAllowedHost(host) ?? []), maxBytes };
}

/** What set-up prints goes into the log of every attempt that waits for it. */
function logSetup(parts: AttemptParts, run: AttemptRun, trust: TrustDomain): (text: string) => void {
  const where = trust === "work" ? "set-up" : "set-up of checks";
  return (text) => {
    const record = { at: parts.clock.now().toISOString(), source: "system", stream: null } as const;
    parts.logs.append(run.attempt.id, { ...record, text: text.replace(/^(?=.)/gm, `${where}: `) }).catch(run.hold);
  };
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
      bridge: true,
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
