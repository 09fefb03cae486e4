import type { AllowedHost } from "@omoios/domain/sandbox/allow-list";
import type { InstallPlan } from "@omoios/domain/sandbox/install-plan";
import type { Isolation, Mode } from "@omoios/domain/sandbox/state";

/**
 * Where attempts and checks run. A provider builds base snapshots, starts jails over them and takes commits out of them.
 * Nothing inside a sandbox is trusted: the host never runs git in a sandbox's tree and never reads its files directly.
 */
export interface SandboxProvider {
  readonly id: string;
  /** Starts a real jail with `true` in it and says what it is worth here, why, and how to get more. */
  probe(): Promise<SandboxProbe>;
  /**
   * Builds the read-only base for a project at a lock-file and set-up digest, or returns the one that exists.
   * Idempotent; two callers at once build it once.
   */
  prepareBase(request: BaseRequest, signal: AbortSignal): Promise<Base>;
  /**
   * Creates the sandbox `request.id`, or adopts the one of that id left by a dead process: its HOME and writable layer
   * outlive the jail, its processes never do. The tree is at `request.commit` when it was created anew.
   */
  open(request: SandboxRequest, signal: AbortSignal): Promise<Sandbox>;
  /** Removes a sandbox and everything in it. Absent is success. */
  destroy(id: string): Promise<void>;
  /** Every sandbox that exists on disk, for the reaper. */
  list(): Promise<readonly { readonly id: string; readonly createdAt: Date }[]>;
  /** What is free where sandboxes are kept, and how much of it has to be. */
  space(): Promise<DiskSpace>;
}

export interface DiskSpace {
  readonly freeBytes: number;
  /** Below this nothing new is begun. */
  readonly leastBytes: number;
}

export interface SandboxProbe {
  readonly isolation: Isolation;
  /** `overlay`: base snapshot under a writable layer. `clone`: overlay is refused here, trees are copied. */
  readonly layering: "overlay" | "clone";
  /** True where sandboxes open although they hold nothing back: the demo's alone, whose agents do what our script says. */
  readonly isUsable?: true;
  readonly reason?: string;
  readonly fix?: string;
}

/** Validation never shares a uid or a base with the work it judges. */
export type TrustDomain = "work" | "validation";

export interface BaseRequest {
  readonly projectId: string;
  readonly trust: TrustDomain;
  /** The bare repository the base is cut from. */
  readonly hubPath: string;
  /** Full commit id the base is checked out at when it must be built. */
  readonly commit: string;
  /** Digest over lock files and set-up at `commit`: one base per digest; the commit's delta goes in the upper layer. */
  readonly setupDigest: string;
  /** Paths, relative to the user's checkout, that git does not track and the base needs (for example `node_modules`). */
  readonly copyFiles: readonly string[];
  /** The user's checkout `copyFiles` are read from. */
  readonly checkoutPath: string | null;
  /** What gives the tree its dependencies, run once in a jail while the base is built; null: nothing. */
  readonly install: BaseInstall | null;
  /** Hears what set-up prints and every host it asked for, from the moment this caller waits for it. */
  readonly onSetupOutput?: (text: string) => void;
}

/** How dependencies are installed, and how far that may go. */
export interface BaseInstall extends InstallPlan {
  readonly timeoutMs: number;
  /** Hosts that may be reached beside the plan's registries. */
  readonly allow: readonly AllowedHost[];
  /** Bytes that may be carried over the network. */
  readonly maxBytes: number;
}

export interface Base {
  readonly id: string;
  /** The commit the base was checked out at. */
  readonly commit: string;
  readonly trust: TrustDomain;
  /** True when this call built it. */
  readonly built: boolean;
}

export interface SandboxRequest {
  /** `[a-z0-9-]{1,64}`; the same id adopts. */
  readonly id: string;
  readonly projectId: string;
  readonly mode: Mode;
  readonly base: Base;
  readonly hubPath: string;
  /** Full commit id the tree is brought to. */
  readonly commit: string;
  /** Branch checked out in the sandbox, in implementation mode; otherwise the head is detached. */
  readonly branch: string | null;
  /** True to give the jail `/bridge`, where the host may open sockets for it. Only for agents, never for checks. */
  readonly bridge?: boolean;
  /** Extra environment for everything in the jail. Never a secret. */
  readonly env: Readonly<Record<string, string>>;
}

/** The one folder a jail shares with the host: read-only inside, so that only the host decides what listens there. */
export interface Bridge {
  /** On the host. */
  readonly directory: string;
  /** The same folder as programs of the sandbox see it. */
  readonly inside: string;
  /** Whom a socket has to belong to for the jail to reach it; null: to us. */
  readonly owner: { readonly uid: number; readonly gid: number } | null;
}

/** One running jail. Every method throws a `FaultError` (`unavailable`) once the jail is gone. */
export interface Sandbox {
  readonly id: string;
  readonly isolation: Isolation;
  /** Path of the tree inside the jail. */
  readonly workspace: string;
  /** True when an earlier sandbox of this id was adopted, with what was done in it. */
  readonly adopted: boolean;
  /** Null when it was opened without one. */
  readonly bridge: Bridge | null;
  /** Digest of what the jail is made of (provider, Node, git, environment): part of every evidence. */
  readonly environmentDigest: string;
  /** Starts a program. */
  spawn(request: ProgramRequest): Promise<Program>;
  /** Runs a program to its end, collecting at most `maxOutputBytes` (default 4 MiB; the rest is counted, not kept). */
  run(
    request: ProgramRequest & { readonly timeoutMs: number; readonly maxOutputBytes?: number },
  ): Promise<ProgramResult>;
  /**
   * Commits, inside the jail, everything git does not ignore, on the sandbox's branch. Reproducible: author, committer
   * and both dates are given. Returns the tip, which is the old one when nothing had changed.
   */
  commit(request: CommitRequest): Promise<{ readonly tip: string; readonly created: boolean }>;
  /** Called when the tree changes: paths relative to the workspace, coalesced. Returns a function that stops listening. */
  readonly onChange: (listener: (paths: readonly string[]) => void) => () => void;
  /** Pushes the dead-man timer back: a jail not renewed for 90 s ends itself. Does nothing once the jail is gone. */
  renew(): void;
  /** Resolves when the jail is gone, however it went. */
  readonly closed: Promise<void>;
  /** Ends every process in the jail and waits until all are dead. The tree and HOME stay. Idempotent. */
  close(): Promise<void>;
  /**
   * A path for `git fetch` and the wrapper to give as `--upload-pack`: upload-pack then runs in a read-only,
   * network-less jail over this sandbox's tree. Only in implementation mode, only after `close()`.
   */
  uploadPack(): Promise<{ readonly path: string; readonly command: string }>;
  /** Closes and then calls the provider's `destroy`. */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface ProgramRequest {
  readonly argv: readonly string[];
  /** Relative to the workspace; default the workspace. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Written to standard input, which is then closed unless `keepStdinOpen`. */
  readonly stdin?: string;
  readonly keepStdinOpen?: boolean;
  readonly signal?: AbortSignal;
}

export interface Program {
  /** Output in order of arrival, as UTF-8 text cut at character borders. Ends when the program has ended. */
  readonly output: AsyncIterable<{ readonly stream: "stdout" | "stderr"; readonly text: string }>;
  write(text: string): void;
  /** Closes standard input, after everything written before. What is written later is dropped. */
  end(): void;
  /** Signals the program's whole process group. */
  kill(signal: "SIGTERM" | "SIGKILL" | "SIGINT"): void;
  readonly exited: Promise<ProgramExit>;
}

export interface ProgramExit {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: string | null;
}

export interface ProgramResult extends ProgramExit {
  readonly timedOut: boolean;
  readonly stdout: string;
  readonly stderr: string;
  /** Bytes that were produced and not kept. */
  readonly droppedBytes: number;
  readonly startedAt: Date;
  readonly endedAt: Date;
}

export interface CommitRequest {
  readonly message: string;
  readonly authorName: string;
  readonly authorEmail: string;
  /** Author and committer date. */
  readonly at: Date;
}
