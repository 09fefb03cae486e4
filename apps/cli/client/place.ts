import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { FaultError } from "@omoios/domain/shared/fault";
import { shellWord } from "@omoios/domain/shared/shell-word";
import { serverFileName, serverFileSchema, tokenFileName, type ServerFile } from "@omoios/contract/server-file";

/** The environment variables the command line reads; `main.ts` is the only place that touches the process's own. */
export type CliEnvironment = Readonly<Record<string, string | undefined>>;

/** Which OmoiOS a command is about. */
export interface Place {
  /** The state folder; `server.json`, `token` and the logs are in it. */
  readonly home: string;
  /** A server that was named by hand; null means: the one of `home`. */
  readonly url: string | null;
  readonly token: string | null;
}

/** The flags that choose a place, on every command. */
export interface PlaceFlags {
  readonly home?: string | undefined;
  readonly url?: string | undefined;
}

/** Flags win over the environment, the environment over the defaults. */
export function resolvePlace(flags: PlaceFlags, env: CliEnvironment): Place {
  const url = flags.url ?? presence(env["OMOIOS_URL"]);
  if (url !== null && !URL.canParse(url)) {
    const at = flags.url === undefined ? "OMOIOS_URL" : "--url";
    throw new FaultError({
      kind: "invalid",
      message: "The address of the server cannot be read",
      problems: [
        {
          at,
          message: `${url} is not a URL`,
          fix: `Write it with its scheme, for example ${at === "--url" ? "--url " : "OMOIOS_URL="}http://127.0.0.1:18000`,
        },
      ],
    });
  }
  return {
    home: resolve(flags.home ?? presence(env["OMOIOS_HOME"]) ?? defaultHome()),
    url: url === null ? null : url.replace(/\/+$/u, ""),
    token: presence(env["OMOIOS_TOKEN"]),
  };
}

function presence(value: string | undefined): string | null {
  return value === undefined || value === "" ? null : value;
}

function defaultHome(): string {
  return process.platform === "linux" && process.getuid?.() === 0 ? "/var/lib/omoios" : join(homedir(), ".omoios");
}

/** What the server of this home wrote about itself; null when there is no such file (no server, or one that is starting). */
export async function readServerFile(home: string): Promise<ServerFile | null> {
  const path = join(home, serverFileName);
  const text = await readIfPresent(path);
  if (text === null) return null;
  const parsed = serverFileSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new FaultError({
    kind: "unavailable",
    message: `${path} cannot be read: it was not written by this version of OmoiOS`,
    fix: `Stop the server that wrote it, then remove it: rm ${shellWord(path)}`,
    retryable: false,
  });
}

/** The token of this home, or null when no server has made one yet. */
export async function readToken(home: string): Promise<string | null> {
  const text = await readIfPresent(join(home, tokenFileName));
  return text === null ? null : text.trim();
}

async function readIfPresent(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return null;
    throw new FaultError(
      {
        kind: "denied",
        message: `${path} cannot be read by you`,
        fix: "Run this as the user that started OmoiOS, or set OMOIOS_TOKEN",
      },
      { cause: error },
    );
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
