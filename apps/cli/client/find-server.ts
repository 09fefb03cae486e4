import { apiPaths } from "@omoios/contract/http";
import type { ServerFile } from "@omoios/contract/server-file";
import { FaultError } from "@omoios/domain/shared/fault";
import { ApiClient, type Endpoint } from "./api-client.ts";
import { readServerFile, readToken, type Place } from "./place.ts";

/** The server of a place, or null when none runs there. Throws when one runs that cannot be used. */
export async function findServer(place: Place, version: string): Promise<ApiClient | null> {
  if (place.url !== null) return named(place, place.url, version);
  const found = await findHomeServer(place, version);
  if (found === null) return null;
  const { client, file } = found;
  if (file.version === version) return client;
  throw new FaultError({
    kind: "unavailable",
    message: `The server at ${file.url} (pid ${file.pid}) is version ${file.version}; this command is version ${version}`,
    fix: "End it with: omoios stop   (it parks its work), then start this version with: omoios up",
    retryable: false,
  });
}

/** The server of a home, of whatever version it is; null when none runs. */
export async function findHomeServer(
  place: Place,
  version: string,
): Promise<{ readonly client: ApiClient; readonly file: ServerFile } | null> {
  const file = await readServerFile(place.home);
  if (file === null) return null;
  const endpoint: Endpoint = {
    url: file.url,
    token: place.token ?? (await readToken(place.home)),
    fix: "Start it with: omoios up",
  };
  const client = new ApiClient(endpoint, version);
  return (await client.isAlive(apiPaths.live)) ? { client, file } : null;
}

/** The server of a place; throws with the way to start one when none runs there. */
export async function requireServer(place: Place, version: string): Promise<ApiClient> {
  const client = await findServer(place, version);
  if (client !== null) return client;
  throw new FaultError({
    kind: "unavailable",
    message: `No OmoiOS server runs with the home ${place.home}`,
    fix: "Start one with: omoios up   (or name one: --url, --home, OMOIOS_URL)",
    retryable: true,
  });
}

async function named(place: Place, url: string, version: string): Promise<ApiClient> {
  const fix = "Check the address (--url, OMOIOS_URL) and that the server runs";
  return new ApiClient({ url, token: place.token ?? (await readToken(place.home)), fix }, version);
}
