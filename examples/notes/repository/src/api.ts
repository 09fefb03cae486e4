import type { IncomingMessage, ServerResponse } from "node:http";
import { InvalidNoteError, parseDraft } from "./note.ts";
import type { NoteStore } from "./note-store.ts";

const largestBody = 64 * 1024;

/** A request that cannot be answered as it was meant. */
class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

/** Answers a request below `/api`; whatever is wrong with it becomes a status and an `error`. */
export async function answerApi(store: NoteStore, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, body } = await route(store, request).catch(refusal);
  response.writeHead(status, body === undefined ? {} : { "content-type": "application/json" });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

async function route(store: NoteStore, request: IncomingMessage): Promise<Answer> {
  const url = new URL(request.url ?? "/", "http://localhost");
  const id = /^\/api\/notes\/(\d+)$/u.exec(url.pathname)?.[1];
  if (id !== undefined) return oneNote(store, request.method, Number(id));
  if (url.pathname !== "/api/notes") throw new Refusal(404, `there is nothing at ${url.pathname}`);
  switch (request.method) {
    case "GET":
      return { status: 200, body: { notes: store.list() } };
    case "POST":
      return { status: 201, body: store.add(parseDraft(await readJson(request))) };
    default:
      throw new Refusal(405, "notes can be listed (GET) and written (POST)");
  }
}

function oneNote(store: NoteStore, method: string | undefined, id: number): Answer {
  const note = store.get(id);
  if (note === undefined) throw new Refusal(404, `there is no note ${id}`);
  switch (method) {
    case "GET":
      return { status: 200, body: note };
    case "DELETE":
      store.remove(id);
      return { status: 204 };
    default:
      throw new Refusal(405, "a note can be read (GET) and removed (DELETE)");
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBody) throw new Refusal(413, `a request has at most ${largestBody} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch (error) {
    throw new InvalidNoteError("the request is not JSON", { cause: error });
  }
}

function refusal(error: unknown): Answer {
  if (error instanceof Refusal) return { status: error.status, body: { error: error.message } };
  if (error instanceof InvalidNoteError) return { status: 400, body: { error: error.message } };
  throw error;
}
