import type { BoundProgram } from "./bound-program.ts";
import type { JailLimits } from "./launch.ts";
import type { Tools } from "./tools.ts";

export interface LocalSandboxOptions {
  /** Folder for bases and sandboxes; created when missing. */
  readonly root: string;
  /** The Node binary jails get at `/opt/node/bin/node`. */
  readonly nodePath: string;
  /** Read-only folders or files every jail gets, such as agents and tool chains. */
  readonly programs: readonly BoundProgram[];
  /** As root: the first of the unprivileged uids jails run as. Default 64001. */
  readonly firstUid?: number;
  /** `clone` copies trees even where overlays work. Default: what the probe finds. */
  readonly layering?: "clone";
  /** How long a jail lives without a word from the host. Default 90 s. */
  readonly deadManMs?: number;
  readonly limits?: Partial<JailLimits>;
  /** Paths of host programs that are not where a distribution puts them. */
  readonly tools?: Partial<Tools>;
  /** The npm of this machine, which says where packages come from. Default: the one on PATH. */
  readonly npmPath?: string;
  /** Bytes all bases together may take; default: nothing is ever removed. Only for the one process that starts jails. */
  readonly baseCacheBytes?: number;
  /** Bytes that have to be free on the disk before another attempt begins. Default 0. */
  readonly leastFreeBytes?: number;
}
