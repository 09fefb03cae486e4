import { createServer, type Server } from "node:http";
import { answerApi } from "./api.ts";
import type { NoteStore } from "./note-store.ts";
import { notesPage } from "./page.ts";

/** The service over a store, not listening yet. */
export function createNotesServer(store: NoteStore): Server {
  return createServer((request, response) => {
    if (request.method === "GET" && request.url === "/") {
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
      response.end(notesPage(store.list()));
      return;
    }
    answerApi(store, request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
}
