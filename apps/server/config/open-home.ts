import { access, constants, mkdir, stat } from "node:fs/promises";
import { FaultError } from "@omoios/domain/shared/fault";

/** Makes sure the folder of all state exists and can be used; a new one is for this user alone. */
export async function openHome(home: string): Promise<void> {
  try {
    await mkdir(home, { recursive: true, mode: 0o700 });
    await access(home, constants.R_OK | constants.W_OK | constants.X_OK);
    if (!(await stat(home)).isDirectory()) throw new Error("it is not a folder");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const problem = {
      at: "OMOIOS_HOME",
      message: `${home} cannot be used: ${reason}`,
      fix: "Set OMOIOS_HOME to a folder that you can write, outside any repository",
    };
    throw new FaultError(
      { kind: "invalid", message: "OmoiOS has no place for its state", problems: [problem] },
      { cause },
    );
  }
}
