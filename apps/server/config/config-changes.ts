import { isDeepStrictEqual } from "node:util";
import { FaultError, faultMessage } from "@omoios/domain/shared/fault";
import { settingsWithSources, type LoadedConfig } from "./load-config.ts";

/** The settings whose values on disk are not the ones a process works with; a file that cannot be read now is one line. */
export async function configChanges(
  running: LoadedConfig,
  reload: () => Promise<LoadedConfig>,
): Promise<readonly string[]> {
  try {
    const known = new Map(settingsWithSources(running).map(({ path, value }) => [path, value]));
    const now = settingsWithSources(await reload());
    return now.filter(({ path, value }) => !isDeepStrictEqual(value, known.get(path))).map(({ path }) => path);
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    return [faultMessage(error.fault)];
  }
}
