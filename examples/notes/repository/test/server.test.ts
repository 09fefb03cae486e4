import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import { NoteStore } from "../src/note-store.ts";
import { createNotesServer } from "../src/server.ts";

const server = createNotesServer(new NoteStore()).listen(0, "127.0.0.1");
await once(server, "listening");
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
after(() => server.close().closeAllConnections());

const write = (note: unknown) => fetch(`${origin}/api/notes`, { method: "POST", body: JSON.stringify(note) });

test("a note that was written can be read, listed, seen on the page and removed", async () => {
  const written = await write({ title: "Milk & <bread>", text: "Two litres", tags: ["Shop"] });
  assert.equal(written.status, 201);
  const note = (await written.json()) as { id: number; tags: string[] };
  assert.deepEqual(note.tags, ["shop"]);
  const one = `${origin}/api/notes/${note.id}`;
  assert.deepEqual(await (await fetch(one)).json(), note);
  assert.deepEqual(await (await fetch(`${origin}/api/notes`)).json(), { notes: [note] });
  assert.match(await (await fetch(origin)).text(), /<h2>Milk &amp; &lt;bread&gt;<\/h2>/u);
  assert.equal((await fetch(one, { method: "DELETE" })).status, 204);
  assert.equal((await fetch(one)).status, 404);
});

test("what is no note is refused with the reason", async () => {
  const refusals = [
    [{ text: "no title" }, "a note needs a title"],
    [{ title: "Milk", tags: ["two words"] }, "a tag is one word of at most 30 letters, digits and hyphens"],
    [{ title: "x".repeat(121) }, "a title has at most 120 characters"],
  ] as const;
  for (const [note, error] of refusals) {
    const answer = await write(note);
    assert.equal(answer.status, 400);
    assert.deepEqual(await answer.json(), { error });
  }
});

test("what is not there is said to be not there", async () => {
  assert.equal((await fetch(`${origin}/api/nothing`)).status, 404);
  assert.equal((await fetch(`${origin}/api/notes`, { method: "PUT" })).status, 405);
});
