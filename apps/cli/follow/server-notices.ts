import { apiPaths } from "@omoios/contract/http";
import { statusSchema } from "@omoios/contract/http-system";
import type { ApiClient } from "../client/api-client.ts";
import type { Cli } from "../cli.ts";
import { isolationLines } from "../render/status-lines.ts";

/** Says when sandboxes hold back less than they should; full isolation is not worth a line. */
export async function serverNotices(
  cli: Cli,
  client: ApiClient,
  say: (...lines: readonly string[]) => void,
): Promise<void> {
  const { sandbox } = await client.get(apiPaths.status, statusSchema);
  if (sandbox.isolation !== "full") say(...isolationLines(sandbox, cli.terminal));
}
