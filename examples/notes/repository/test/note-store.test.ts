import assert from "node:assert/strict";
import { test } from "node:test";
import { NoteStore } from "../src/note-store.ts";

const draft = (title: string) => ({ title, text: "", tags: [] });

test("gives every note a number and the time it was written", () => {
  const writtenAt = new Date("2026-01-01T12:00:00Z");
  const store = new NoteStore(() => writtenAt);
  assert.deepEqual(store.add(draft("Milk")), { id: 1, title: "Milk", text: "", tags: [], createdAt: writtenAt });
  assert.equal(store.add(draft("Bread")).id, 2);
});

test("lists the newest note first", () => {
  const store = new NoteStore();
  for (const title of ["Milk", "Bread"]) store.add(draft(title));
  assert.deepEqual(
    store.list().map((note) => note.title),
    ["Bread", "Milk"],
  );
});

test("forgets a note that was removed, and never gives its number again", () => {
  const store = new NoteStore();
  const { id } = store.add(draft("Milk"));
  assert.equal(store.remove(id), true);
  assert.equal(store.get(id), undefined);
  assert.equal(store.remove(id), false);
  assert.equal(store.add(draft("Bread")).id, 2);
});
