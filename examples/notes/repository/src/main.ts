import { NoteStore } from "./note-store.ts";
import { createNotesServer } from "./server.ts";

const port = Number(process.env["PORT"] ?? 8080);
const server = createNotesServer(new NoteStore());
server.listen(port, "127.0.0.1", () => console.log(`Notes are at http://127.0.0.1:${port}`));
