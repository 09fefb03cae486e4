import type { Note, NoteDraft } from "./note.ts";

/** Keeps notes in memory, in the order in which they were written. */
export class NoteStore {
  readonly #notes = new Map<number, Note>();
  readonly #now: () => Date;
  #lastId = 0;

  constructor(now: () => Date = () => new Date()) {
    this.#now = now;
  }

  add(draft: NoteDraft): Note {
    this.#lastId += 1;
    const note: Note = { id: this.#lastId, ...draft, createdAt: this.#now() };
    this.#notes.set(note.id, note);
    return note;
  }

  get(id: number): Note | undefined {
    return this.#notes.get(id);
  }

  /** True when there was such a note. */
  remove(id: number): boolean {
    return this.#notes.delete(id);
  }

  /** All notes, the newest first. */
  list(): readonly Note[] {
    return [...this.#notes.values()].reverse();
  }
}
