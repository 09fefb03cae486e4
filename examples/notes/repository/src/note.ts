export interface Note {
  readonly id: number;
  readonly title: string;
  readonly text: string;
  readonly tags: readonly string[];
  readonly createdAt: Date;
}

/** What a person writes; the store adds the rest. */
export type NoteDraft = Pick<Note, "title" | "text" | "tags">;

/** Why something is not a note, in words for whoever sent it. */
export class InvalidNoteError extends Error {
  override readonly name = "InvalidNoteError";
}

const longestTitle = 120;
const longestText = 10_000;
const mostTags = 8;
const tagForm = /^[\p{L}\p{N}][\p{L}\p{N}-]{0,29}$/u;

/** Reads a draft from parsed JSON. Text and tags may be left out; tags are kept once each, in lower case. */
export function parseDraft(value: unknown): NoteDraft {
  if (typeof value !== "object" || value === null) throw new InvalidNoteError("a note is a JSON object");
  const { title, text = "", tags = [] } = value as { title?: unknown; text?: unknown; tags?: unknown };
  if (typeof title !== "string" || title.trim() === "") throw new InvalidNoteError("a note needs a title");
  if (title.trim().length > longestTitle) {
    throw new InvalidNoteError(`a title has at most ${longestTitle} characters`);
  }
  if (typeof text !== "string" || text.length > longestText) {
    throw new InvalidNoteError(`the text of a note is a string of at most ${longestText} characters`);
  }
  return { title: title.trim(), text, tags: parseTags(tags) };
}

function parseTags(value: unknown): readonly string[] {
  if (!Array.isArray(value)) throw new InvalidNoteError("tags are a list of words");
  const tags = value.map((tag: unknown) => {
    if (typeof tag !== "string" || !tagForm.test(tag)) {
      throw new InvalidNoteError("a tag is one word of at most 30 letters, digits and hyphens");
    }
    return tag.toLowerCase();
  });
  const distinct = [...new Set(tags)];
  if (distinct.length > mostTags) throw new InvalidNoteError(`a note has at most ${mostTags} tags`);
  return distinct;
}
