import type { Note } from "./note.ts";

const style = `
  body { max-width: 40rem; margin: 3rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; }
  article { border-top: 1px solid #ccc; padding: 0.5rem 0; }
  h2 { margin: 0; font-size: 1.1rem; }
  p { margin: 0.25rem 0; white-space: pre-wrap; }
  li { display: inline; margin-right: 0.5rem; color: #666; }
  ul { margin: 0; padding: 0; }
`;

/** The page with these notes. */
export function notesPage(notes: readonly Note[]): string {
  const list = notes.length === 0 ? "<p>No notes yet.</p>" : notes.map(noteArticle).join("\n");
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width">
  <title>Notes</title>
  <style>${style}</style>
</head>
<body>
<main>
<h1>Notes</h1>
${list}
</main>
</body>
</html>
`;
}

function noteArticle({ title, text, tags }: Note): string {
  const tagList = tags.map((tag) => `<li>#${escapeHtml(tag)}</li>`).join("");
  return `<article>
<h2>${escapeHtml(title)}</h2>
<p>${escapeHtml(text)}</p>
<ul>${tagList}</ul>
</article>`;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/gu, (character) => entities[character] ?? character);
}
