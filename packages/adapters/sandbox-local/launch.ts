import { basename } from "node:path";
import { FaultError } from "@omoios/domain/shared/fault";
import type { BoundProgram } from "./bound-program.ts";
import type { Identity } from "./identities.ts";
import { inheritedDescriptors } from "./inherited-descriptors.ts";
import { neutralPlace, prepareStage } from "./stage.ts";
import { etcNames, type StateFolder } from "./state-folder.ts";
import type { Tools } from "./tools.ts";

/** Paths inside every jail. */
export const jailPaths = {
  workspace: "/workspace",
  home: "/home/agent",
  bridge: "/bridge",
  node: "/opt/node/bin/node",
  init: "/opt/init/init.mjs",
  withProxy: "/opt/init/with-proxy.mjs",
  /** The same Node, which the jail may run and not read: so nothing in it may look into the process that runs it. */
  initNode: "/opt/init/node",
} as const;

/** The environment every jail starts with; whatever a program needs beyond it travels over the init's channel. */
export const baseEnvironment: Readonly<Record<string, string>> = {
  PATH: "/opt/node/bin:/usr/local/bin:/usr/bin:/bin:/usr/local/go/bin",
  HOME: jailPaths.home,
  LANG: "C.UTF-8",
};

/** File descriptors the jail is started with, beyond stdin, stdout and stderr. */
export const launchDescriptors = { seccompFilter: 3, info: 4, channel: 5 } as const;

export interface JailLimits {
  readonly maxFileBytes: number;
  readonly maxProcesses: number;
}

/** What a jail's `/workspace` is. */
export type Workspace =
  /** A folder as it is. */
  | { readonly kind: "plain"; readonly path: string; readonly writable: boolean }
  /** Folders over one another, the topmost first: read-only unless there is an `upper` that takes changes. */
  | {
      readonly kind: "overlay";
      readonly lower: readonly string[];
      readonly upper: { readonly path: string; readonly work: string } | null;
      readonly mountPoint: string;
    };

export interface JailPlan {
  /** Default: the provider's limit. A jail started under a tighter one must ask for less, since it cannot be raised. */
  readonly maxFileBytes?: number;
  /** Null: run as ourselves, which must not be root. */
  readonly identity: Identity | null;
  readonly workspace: Workspace;
  /** Null: a temporary file system. */
  readonly home: string | null;
  readonly extraBinds?: readonly BoundProgram[];
  /** True where an agent works: it sees the agents that are installed. */
  readonly holdsAgent?: boolean;
  /** False leaves out `--info-fd`, for jails nobody reads the pid of. */
  readonly reportsPid: boolean;
  readonly argv: readonly string[];
}

/** A jail ready to be started. */
export interface JailLaunch {
  readonly commandLine: readonly string[];
  /** File given as descriptor 3. */
  readonly seccompFilter: string;
  /** Descriptors to be covered, because our own parent left them open for every child. */
  readonly inherited: readonly number[];
}

const stageScript = 'mount=$1 table=$2; shift 2; "$mount" -n -a -T "$table" && exec "$@"';
const overlayScript =
  'mount_program=$1 options=$2 target=$3; shift 3; "$mount_program" -n -t overlay -o "$options" overlay "$target" && exec "$@"';

/**
 * Turns a plan into one command line, a chain of programs that each replace themselves with the next: the pid, the file
 * descriptors and the parent's death all reach bubblewrap.
 *
 * As root: private mount namespace → everything bound below a neutral 0755 place → `setpriv` to the jail's uid. Then, as
 * the jail's uid: user and mount namespace with the overlay → bubblewrap. An ordinary user starts at the second part.
 */
export class Launcher {
  readonly #state: StateFolder;
  readonly #tools: Tools;
  readonly #programs: readonly BoundProgram[];
  readonly #nodePath: string;
  readonly #limits: JailLimits;
  readonly #isRoot: boolean;
  /** Where root's jails see the state folder and the programs. */
  readonly #stage: string;
  readonly #mountTable: string;
  /** PATH of programs, as the jail sees it. */
  readonly path: string;
  readonly #inherited = inheritedDescriptors(launchDescriptors.channel);

  constructor(parts: {
    readonly state: StateFolder;
    readonly tools: Tools;
    readonly nodePath: string;
    readonly programs: readonly BoundProgram[];
    readonly limits: JailLimits;
    readonly isRoot: boolean;
  }) {
    this.#state = parts.state;
    this.#tools = parts.tools;
    this.#programs = parts.programs;
    this.path = searchPath(parts.programs);
    this.#nodePath = parts.nodePath;
    this.#limits = parts.limits;
    this.#isRoot = parts.isRoot;
    const programs = parts.programs.map(({ hostPath }, index) => ({ name: `p${index}`, source: hostPath }));
    const staged = [{ name: "state", source: parts.state.root }, { name: "node", source: parts.nodePath }, ...programs];
    const place = neutralPlace(staged.map(({ source }) => source));
    this.#stage = place;
    this.#mountTable = parts.isRoot ? prepareStage(parts.state.stages, place, staged).mountTable : "";
  }

  /** Throws when the jail would run as uid 0. */
  launch(plan: JailPlan): JailLaunch {
    refuseRoot(plan.identity, this.#isRoot);
    return {
      commandLine: this.#commandLine(plan),
      seccompFilter: this.#state.seccompFilter,
      inherited: this.#inherited,
    };
  }

  #commandLine(plan: JailPlan): readonly string[] {
    const jail = [...this.#overlayChain(plan.workspace), ...this.#bubblewrap(plan)];
    if (!this.#isRoot || plan.identity === null) return jail;
    const { unshare, sh, mount, setpriv } = this.#tools;
    return [
      ...[unshare, "-m", "--propagation", "private", "--"],
      ...[sh, "-c", stageScript, "stage", mount, this.#mountTable],
      ...[setpriv, "--reuid", String(plan.identity.uid), "--regid", String(plan.identity.gid)],
      ...["--clear-groups", "--no-new-privs", "--inh-caps=-all", "--"],
      ...jail,
    ];
  }

  /** What the jail is made of, without any host path: part of the environment digest. */
  mountedPaths(): readonly string[] {
    return [
      "/usr",
      ...etcNames.map((name) => `/etc/${name}`),
      jailPaths.node,
      ...this.#programs
        .filter(({ forAgents }) => forAgents !== true)
        .map((program) => `${program.jailPath} ${basename(program.hostPath)}`),
    ];
  }

  #overlayChain(workspace: Workspace): readonly string[] {
    if (workspace.kind === "plain") return [];
    const at = (path: string): string => this.#staged(path);
    const { lower, upper } = workspace;
    const changes = upper === null ? "" : `,upperdir=${at(upper.path)},workdir=${at(upper.work)}`;
    const layers = `lowerdir=${lower.map(at).join(":")}${changes}`;
    const namespace = [this.#tools.unshare, "-U", "-m", "--map-root-user", "--propagation", "private", "--"];
    const mount = [
      this.#tools.sh,
      "-c",
      overlayScript,
      "overlay",
      this.#tools.mount,
      `${layers},userxattr`,
      at(workspace.mountPoint),
    ];
    return [...namespace, ...mount];
  }

  #bubblewrap(plan: JailPlan): readonly string[] {
    const { workspace } = plan;
    const tree = workspace.kind === "plain" ? workspace.path : workspace.mountPoint;
    const writable = workspace.kind === "plain" ? workspace.writable : workspace.upper !== null;
    return [
      this.#tools.bwrap,
      ...["--unshare-user", "--unshare-all", "--disable-userns", "--uid", "1000", "--gid", "1000", "--cap-drop", "ALL"],
      ...["--die-with-parent", "--new-session", "--hostname", "sandbox"],
      ...this.#systemMounts(),
      ...["--proc", "/proc", "--ro-bind", "/proc/sys", "/proc/sys"],
      // bubblewrap's /dev is a writable tmpfs of half the memory unless it is sealed.
      ...["--dev", "/dev", "--size", String(64 * 1024 * 1024), "--tmpfs", "/dev/shm", "--remount-ro", "/dev"],
      ...["--size", String(256 * 1024 * 1024), "--tmpfs", "/tmp", "--dir", "/opt"],
      ...this.#programMounts(plan),
      ...(plan.home === null
        ? ["--size", String(64 * 1024 * 1024), "--tmpfs", jailPaths.home]
        : ["--bind", this.#staged(plan.home), jailPaths.home]),
      ...[writable ? "--bind" : "--ro-bind", this.#staged(tree), jailPaths.workspace, "--chdir", jailPaths.workspace],
      ...["--remount-ro", "/", "--seccomp", String(launchDescriptors.seccompFilter)],
      ...(plan.reportsPid ? ["--info-fd", String(launchDescriptors.info)] : []),
      "--",
      // Set inside, the process limit counts this jail alone, not everything of its uid.
      ...[
        "/usr/bin/prlimit",
        "--core=0",
        `--fsize=${plan.maxFileBytes ?? this.#limits.maxFileBytes}`,
        `--nproc=${this.#limits.maxProcesses}`,
        "--",
      ],
      ...plan.argv,
    ];
  }

  #systemMounts(): readonly string[] {
    const optional = ["ssl", "ca-certificates", "alternatives", "chromium.d", "fonts", "ld.so.cache"];
    return [
      ...["--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin", "--symlink", "usr/lib", "/lib"],
      ...["--symlink", "usr/lib64", "/lib64", "--symlink", "usr/sbin", "/sbin", "--dir", "/etc"],
      ...optional.flatMap((name) => ["--ro-bind-try", `/etc/${name}`, `/etc/${name}`]),
      ...etcNames.flatMap((name) => ["--ro-bind", this.#staged(`${this.#state.etc}/${name}`), `/etc/${name}`]),
    ];
  }

  #programMounts({ extraBinds = [], holdsAgent = false }: JailPlan): readonly string[] {
    const bind = (source: string, target: string): readonly string[] => ["--ro-bind", source, target];
    return [
      ...bind(this.#isRoot ? `${this.#stage}/node` : this.#nodePath, jailPaths.node),
      ...bind(this.#staged(this.#state.init), "/opt/init"),
      ...this.#programs.flatMap((program, index) =>
        program.forAgents === true && !holdsAgent
          ? []
          : bind(this.#isRoot ? `${this.#stage}/p${index}` : program.hostPath, program.jailPath),
      ),
      ...extraBinds.flatMap((program) => bind(this.#staged(program.hostPath), program.jailPath)),
    ];
  }

  /** Where a path of the state folder is seen by the jail's uid. */
  #staged(path: string): string {
    return this.#isRoot ? `${this.#stage}/state${path.slice(this.#state.root.length)}` : path;
  }
}

function searchPath(programs: readonly BoundProgram[]): string {
  const folders = (leads: boolean): readonly string[] =>
    programs.flatMap(({ path, leads: own = false }) => (path === undefined || own !== leads ? [] : [path]));
  const [node = "", ...system] = (baseEnvironment["PATH"] ?? "").split(":");
  return [...folders(true), node, ...folders(false), ...system].join(":");
}

function refuseRoot(identity: Identity | null, isRoot: boolean): void {
  const uid = identity?.uid ?? (isRoot ? 0 : 1);
  const gid = identity?.gid ?? (isRoot ? 0 : 1);
  if (uid > 0 && gid > 0) return;
  throw new FaultError({
    kind: "denied",
    message: "A jail must never start as uid 0: inside it, root of the host can still write to the kernel's own files.",
    fix: "Give the jail an unprivileged uid.",
  });
}
