import { geteuid } from "node:process";
import { FaultError } from "@omoios/domain/shared/fault";
import type {
  Base,
  BaseRequest,
  DiskSpace,
  Sandbox,
  SandboxProbe,
  SandboxProvider,
  SandboxRequest,
} from "@omoios/engine/ports/sandbox";
import type { LocalSandboxOptions } from "./local-sandbox-options.ts";
import { BaseCache } from "./base-cache.ts";
import { BaseSetup } from "./base-setup.ts";
import { BaseStore } from "./base-store.ts";
import { CommitLayers } from "./commit-layers.ts";
import { checkBoundPrograms } from "./bound-program.ts";
import { diskSpace } from "./disk-space.ts";
import { digestEnvironment, readToolVersions, type ToolVersions } from "./environment-digest.ts";
import { Identities, type Identity } from "./identities.ts";
import { JailSession } from "./jail-session.ts";
import { jailEnvironment } from "./jail-environment.ts";
import { jailPaths, Launcher, type JailLimits } from "./launch.ts";
import { LocalSandbox } from "./local-sandbox.ts";
import { withinOwnLimits } from "./own-limits.ts";
import { probeJail } from "./probe.ts";
import { checkAdoption, checkSandboxRequest } from "./sandbox-request.ts";
import { SandboxStore, type SandboxRecord } from "./sandbox-store.ts";
import { makeFolder, openStateFolder, type StateFolder } from "./state-folder.ts";
import { findTools, type Tools } from "./tools.ts";
import { SandboxTree } from "./sandbox-tree.ts";
import { Turns } from "./turns.ts";
import { machineObstacle, UnsupportedMachine } from "./unsupported-machine.ts";
import { uploadPackArgv, writeUploadPack } from "./upload-pack.ts";

const providerId = "local";
const defaultFirstUid = 64_001;
const defaultDeadManMs = 90_000;
const defaultLimits: JailLimits = { maxFileBytes: 4 * 1024 ** 3, maxProcesses: 2048 };

/** Opens the provider of bubblewrap jails: prepares its folder and clears away what dead processes left. */
export async function openLocalSandboxes(options: LocalSandboxOptions): Promise<SandboxProvider> {
  const obstacle = machineObstacle(process.platform, process.arch);
  if (obstacle !== null) return new UnsupportedMachine(obstacle);
  checkBoundPrograms([{ hostPath: options.nodePath, jailPath: jailPaths.node }, ...options.programs]);
  const isRoot = geteuid?.() === 0;
  const state = await openStateFolder(options.root, options.nodePath);
  const identities = new Identities(state.slots, options.firstUid ?? defaultFirstUid);
  const { tools, missing } = await findTools(options.tools);
  const limits = withinOwnLimits({ ...defaultLimits, ...options.limits });
  const launcher = new Launcher({
    state,
    tools,
    nodePath: options.nodePath,
    programs: options.programs,
    limits,
    isRoot,
  });
  const setup = new BaseSetup({ launcher, npmPath: options.npmPath ?? "npm" });
  const store = new SandboxStore(state);
  const maxBytes = options.baseCacheBytes;
  const cache = maxBytes === undefined ? null : new BaseCache({ state, store, maxBytes });
  const bases = new BaseStore({ state, launcher, git: tools.git, setup, cache });
  await Promise.all([bases.removeDrafts(), store.emptyTrash(), bases.trim(), cache?.removeOldInits()]);
  return new LocalSandboxes({ options, isRoot, state, identities, tools, missing, launcher, bases, store });
}

interface Parts {
  readonly options: LocalSandboxOptions;
  readonly isRoot: boolean;
  readonly state: StateFolder;
  readonly identities: Identities;
  readonly tools: Tools;
  readonly missing: readonly (keyof Tools)[];
  readonly launcher: Launcher;
  readonly bases: BaseStore;
  readonly store: SandboxStore;
}

class LocalSandboxes implements SandboxProvider {
  readonly id = providerId;
  readonly #parts: Parts;
  readonly #tree: SandboxTree;
  readonly #open = new Map<string, JailSession>();
  /** Openings and destructions of one sandbox. */
  readonly #turns = new Turns();
  #worth: Promise<SandboxProbe> | null = null;
  #versions: Promise<ToolVersions> | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { state, store, launcher, bases, tools } = parts;
    const layers = new CommitLayers({ state, store, launcher, bases, git: tools.git });
    this.#tree = new SandboxTree({ launcher, bases, layers, git: tools.git });
  }

  async probe(): Promise<SandboxProbe> {
    const { state, launcher, tools, missing, options, isRoot, identities } = this.#parts;
    // The probe's jail runs as the first project's uid would.
    const identity = isRoot ? identities.first() : null;
    return await probeJail({ state, launcher, tools, missing, identity, layering: options.layering ?? null });
  }

  async prepareBase(request: BaseRequest, signal: AbortSignal): Promise<Base> {
    await this.#layering();
    return await this.#parts.bases.prepare(request, await this.#identityOf(request.projectId, request.trust), signal);
  }

  async open(request: SandboxRequest, signal: AbortSignal): Promise<Sandbox> {
    signal.throwIfAborted();
    checkSandboxRequest(request);
    const layering = await this.#layering();
    return await this.#turns.take(request.id, async () => await this.#openNow(request, layering, signal));
  }

  async destroy(id: string): Promise<void> {
    this.#parts.store.folderOf(id);
    await this.#turns.take(id, async () => {
      await this.#open.get(id)?.close();
      await this.#parts.store.remove(id);
    });
  }

  async list(): Promise<readonly { readonly id: string; readonly createdAt: Date }[]> {
    return await this.#parts.store.list();
  }

  async space(): Promise<DiskSpace> {
    const { state, options } = this.#parts;
    return await diskSpace(state.root, options.leastFreeBytes ?? 0);
  }

  async #openNow(request: SandboxRequest, layering: "overlay" | "clone", signal: AbortSignal): Promise<Sandbox> {
    const { store } = this.#parts;
    await this.#open.get(request.id)?.close();
    await store.endEarlierJail(request.id);
    const earlier = await store.read(request.id);
    if (earlier !== null) {
      checkAdoption(request, earlier);
      return await this.#start(request, { record: earlier, adopted: true }, signal);
    }
    await store.remove(request.id);
    try {
      const record = await this.#create(request, layering, signal);
      return await this.#start(request, { record, adopted: false }, signal);
    } catch (error) {
      await store.remove(request.id);
      throw error;
    }
  }

  async #create(request: SandboxRequest, layering: "overlay" | "clone", signal: AbortSignal): Promise<SandboxRecord> {
    const base = await this.#parts.bases.read(request.base.id);
    if (base === null || base.projectId !== request.projectId || base.trust !== request.base.trust) {
      throw new FaultError({
        kind: "not-found",
        what: "sandbox base",
        id: request.base.id,
        fix: "Call prepareBase first.",
      });
    }
    const identity = await this.#identityOf(request.projectId, request.base.trust);
    const folder = await this.#parts.store.create(request.id, identity);
    const isDelta = base.commit !== request.commit;
    const { mode, commit, branch } = request;
    const record: SandboxRecord = {
      ...{
        version: 1,
        projectId: request.projectId,
        mode,
        baseId: request.base.id,
        trust: request.base.trust,
        layering,
        commit,
        branch,
      },
      hasUpper: mode !== "exploration",
      onLayer: isDelta && layering === "overlay",
    };
    await this.#tree.prepare({ folder, record, identity, hubPath: request.hubPath, baseCommit: base.commit }, signal);
    return record;
  }

  /** Starts the jail over a tree that is there. */
  async #start(
    request: SandboxRequest,
    found: { readonly record: SandboxRecord; readonly adopted: boolean },
    signal: AbortSignal,
  ): Promise<Sandbox> {
    const { launcher, store, options } = this.#parts;
    const { record, adopted } = found;
    const identity = await this.#identityOf(record.projectId, record.trust);
    const folder = store.folderOf(request.id);
    const bridge =
      request.bridge === true ? { directory: folder.bridge, inside: jailPaths.bridge, owner: identity } : null;
    if (bridge !== null) await makeFolder(bridge.directory, 0o711);
    const base = await this.#parts.bases.read(record.baseId);
    if (base === null) throw new FaultError({ kind: "not-found", what: "sandbox base", id: record.baseId });
    const env = { ...jailEnvironment(launcher.path, base.environment), ...request.env };
    const init = [jailPaths.initNode, jailPaths.init, String(options.deadManMs ?? defaultDeadManMs)];
    const launch = launcher.launch({
      identity,
      workspace: this.#tree.workspaceOf(folder, record),
      home: folder.home,
      extraBinds: bridge === null ? [] : [{ hostPath: bridge.directory, jailPath: jailPaths.bridge }],
      holdsAgent: bridge !== null,
      reportsPid: true,
      argv: [...this.#tree.settling(record, adopted), ...init],
    });
    const session = new JailSession({
      name: request.id,
      launch,
      env,
    });
    this.#open.set(request.id, session);
    void session.closed.then(() => {
      if (this.#open.get(request.id) === session) this.#open.delete(request.id);
    });
    try {
      await session.waitReady((first) => store.recordJail(request.id, first), signal);
      if (!adopted) await store.write(request.id, record);
    } catch (error) {
      await session.close();
      throw error;
    }
    return new LocalSandbox({
      ...{ id: request.id, mode: record.mode, branch: record.branch, adopted, session, bridge },
      environmentDigest: await this.#digest(env, record.layering),
      writeUploadPack: async () => await this.#writeUploadPack(request.id, record, identity),
      destroy: async () => await this.destroy(request.id),
    });
  }

  async #writeUploadPack(
    id: string,
    record: SandboxRecord,
    identity: Identity | null,
  ): Promise<{ readonly path: string; readonly command: string }> {
    const { launcher, store } = this.#parts;
    const folder = store.folderOf(id);
    const workspace = this.#tree.readOnlyWorkspaceOf(folder, record);
    const launch = launcher.launch({
      identity,
      workspace,
      home: null,
      reportsPid: false,
      argv: uploadPackArgv,
      // It streams and writes nothing; whoever fetches runs it under limits of its own.
      maxFileBytes: 0,
    });
    const command = await writeUploadPack(folder.uploadPack, launch);
    return { path: folder.path, command };
  }

  async #digest(env: Readonly<Record<string, string>>, layering: string): Promise<string> {
    const { options, tools, launcher } = this.#parts;
    this.#versions ??= readToolVersions(options.nodePath, tools);
    return digestEnvironment({
      providerId,
      layering,
      versions: await this.#versions,
      env,
      mounts: launcher.mountedPaths(),
    });
  }

  async #identityOf(projectId: string, trust: Base["trust"]): Promise<Identity | null> {
    return this.#parts.isRoot ? await this.#parts.identities.of(projectId, trust) : null;
  }

  /** How trees are layered here; refuses when jails do not work. A good answer is kept, a bad one asked for again. */
  async #layering(): Promise<"overlay" | "clone"> {
    this.#worth ??= this.probe();
    const worth = await this.#worth;
    if (worth.isolation === "full") return worth.layering;
    this.#worth = null;
    const message = `No sandbox can be opened on this machine: ${worth.reason ?? "the probe gave no reason"}`;
    throw new FaultError({
      kind: "unavailable",
      message,
      ...(worth.fix === undefined ? {} : { fix: worth.fix }),
      retryable: false,
    });
  }
}
