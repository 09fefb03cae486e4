import { statSync } from "node:fs";
import { FaultError, type Problem } from "@omoios/domain/shared/fault";

/** A read-only folder or file of the host that jails see. */
export interface BoundProgram {
  readonly hostPath: string;
  readonly jailPath: string;
  /** True to bind it only where an agent works, so that evidence does not depend on which agents are installed. */
  readonly forAgents?: boolean;
  /** A folder of it, as the jail sees it, that comes before the system's on PATH. */
  readonly path?: string;
  /** True to put that folder before our own Node, too. */
  readonly leads?: boolean;
}

/** Refuses programs that are not there, or would cover a part of the jail that is not theirs. */
export function checkBoundPrograms(programs: readonly BoundProgram[]): void {
  const problems = programs.flatMap(({ hostPath, jailPath }): readonly Problem[] => {
    const at = `program ${jailPath}`;
    if (!hostPath.startsWith("/") || statSync(hostPath, { throwIfNoEntry: false }) === undefined) {
      return [{ at, message: `${hostPath} does not exist on this machine` }];
    }
    return jailPath.startsWith("/opt/") ? [] : [{ at, message: "is not below /opt" }];
  });
  if (problems.length === 0) return;
  throw new FaultError({ kind: "invalid", message: "Programs for the sandbox cannot be bound.", problems });
}
