import { findServer } from "../client/find-server.ts";
import { ApiClient } from "../client/api-client.ts";
import { readToken, resolvePlace, type PlaceFlags } from "../client/place.ts";
import type { Cli } from "../cli.ts";
import { FaultError } from "@omoios/domain/shared/fault";
import { shellWord } from "@omoios/domain/shared/shell-word";
import { startServer, type ServerProcess } from "./start-server.ts";
import { askToStop } from "./stop-server.ts";

/** How long a server that this command started may take to park its work. */
const parkMs = 10_000;

/** A server to speak to, and whether this command is the one that started it. */
export interface Session {
  readonly client: ApiClient;
  readonly own: ServerProcess | null;
}

export interface SessionOptions {
  readonly flags: PlaceFlags;
  readonly signal: AbortSignal;
  /** Told before a server is started, with the path of its log. */
  readonly onStart: () => void;
}

/** Attaches to the server of the place, or starts one. A server elsewhere is never started. */
export async function openSession(cli: Cli, options: SessionOptions): Promise<Session> {
  const place = resolvePlace(options.flags, cli.env);
  const running = await findServer(place, cli.version);
  if (running !== null) return { client: running, own: null };
  options.onStart();
  const own = await startServer({
    home: place.home,
    port: null,
    env: cli.env,
    say: cli.terminal.note,
    signal: options.signal,
  });
  const endpoint = {
    url: own.url,
    token: place.token ?? (await readToken(place.home)),
    fix: `Read its log: ${shellWord(own.logPath)}`,
  };
  return { client: new ApiClient(endpoint, cli.version), own };
}

/** Ends the server if this command started it: its work is parked and goes on with the next start. */
export async function closeSession(session: Session): Promise<void> {
  if (session.own === null) return;
  try {
    await askToStop(session.client);
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    // It has ended already, or does not answer any more: `end` settles both.
  }
  await session.own.end(parkMs);
}
