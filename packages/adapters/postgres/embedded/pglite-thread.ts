import { parentPort, workerData } from "node:worker_threads";
import { PGlite, type PGliteOptions } from "@electric-sql/pglite";
import { SyncedFileSystem } from "./synced-file-system.ts";
import type { ThreadData, ThreadError, ThreadMessage, ThreadRequest } from "./thread-protocol.ts";

/**
 * The thread that owns PostgreSQL. WebAssembly runs a query to its end without giving way, so here it stalls nobody but
 * other queries; the main thread keeps serving.
 */
const port = parentPort;
if (port === null) throw new TypeError("pglite-thread.ts is the body of a worker thread");
const mainThread = port;

/** The last things PostgreSQL printed: its own words when it cannot start or panics. */
const complaints: string[] = [];
const int8 = 20;

function options(directory: string | null): PGliteOptions {
  const durable: PGliteOptions =
    directory === null
      ? { dataDir: "memory://" }
      : {
          fs: new SyncedFileSystem(directory),
          // `-F` turns fsync off; the default method, fdatasync, never reaches the file layer.
          startParams: [
            ...PGlite.defaultStartParams.filter((parameter) => parameter !== "-F"),
            "-c",
            "wal_sync_method=fsync",
          ],
        };
  return { ...durable, parsers: { [int8]: Number }, onStdout: complain, onStderr: complain };
}

function complain(text: string): boolean {
  complaints.push(text);
  if (complaints.length > 30) complaints.shift();
  // After a panic the engine may spin for ever instead of ending, so nobody may wait for its answer.
  if (text.includes("PANIC:")) send({ kind: "panicked", complaints });
  return false;
}

function send(message: ThreadMessage): void {
  mainThread.postMessage(message);
}

function threadError(error: unknown): ThreadError {
  if (!(error instanceof Error)) return { message: String(error), code: null, constraint: null, fatal: false };
  const { code, constraint } = error as { readonly code?: unknown; readonly constraint?: unknown };
  return {
    message: error.message,
    // Only errors PostgreSQL reports have a SQLSTATE of five characters; Node's are longer words.
    code: typeof code === "string" && /^[0-9A-Z]{5}$/u.test(code) ? code : null,
    constraint: typeof constraint === "string" ? constraint : null,
    // A WebAssembly trap, or emscripten ending the program.
    fatal: error.name === "RuntimeError" || error.name === "ExitStatus",
  };
}

async function perform(engine: PGlite, request: ThreadRequest): Promise<void> {
  try {
    if (request.call === "run") {
      send({ kind: "done", id: request.id, ...(await run(engine, request.text, request.parameters)) });
      return;
    }
    if (request.call === "listen")
      await engine.listen(request.channel, (payload) =>
        send({ kind: "notification", channel: request.channel, payload }),
      );
    if (request.call === "unlisten") await engine.unlisten(request.channel);
    if (request.call === "close") await engine.close();
    send({ kind: "done", id: request.id, rows: [], affectedRows: 0 });
    if (request.call === "close") mainThread.close();
  } catch (error) {
    send({ kind: "refused", id: request.id, error: threadError(error) });
  }
}

async function run(engine: PGlite, text: string, parameters: readonly unknown[]) {
  const results = parameters.length === 0 ? await engine.exec(text) : [await engine.query(text, [...parameters])];
  return {
    rows: results.flatMap((result) => result.rows as Readonly<Record<string, unknown>>[]),
    affectedRows: results.reduce((sum, result) => sum + (result.affectedRows ?? 0), 0),
  };
}

try {
  const { directory } = workerData as ThreadData;
  const engine = await PGlite.create(options(directory));
  mainThread.on("message", (request: ThreadRequest) => void perform(engine, request));
  send({ kind: "ready" });
} catch (error) {
  send({ kind: "unopened", error: threadError(error), complaints });
}
