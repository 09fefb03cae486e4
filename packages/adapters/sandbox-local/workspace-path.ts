import { posix } from "node:path";
import { FaultError } from "@omoios/domain/shared/fault";
import { jailPaths } from "./launch.ts";

/** The absolute path, inside a jail, of a folder given relative to the workspace. */
export function workspacePath(relative: string | undefined): string {
  const path = posix.normalize(posix.join(jailPaths.workspace, relative ?? "."));
  const inside =
    path === jailPaths.workspace || path === `${jailPaths.workspace}/` || path.startsWith(`${jailPaths.workspace}/`);
  if (inside && !path.includes("\0") && relative?.startsWith("/") !== true) return path;
  throw new FaultError({
    kind: "invalid",
    message: "A program's folder must lie in the workspace.",
    problems: [
      {
        at: "cwd",
        message: `${JSON.stringify(relative)} leaves the workspace`,
        fix: "Give a path relative to the repository.",
      },
    ],
  });
}
