/** Text without anything a C0 or C1 control character could start, apart from tab and line break. */
const body = String.raw`[^\u0000-\u0008\u000b-\u001f\u007f-\u009f]*`;

/**
 * Escape sequences as terminals read them: control sequences; strings (title, clipboard, hyperlink, device control) with
 * their content, when they are ended; any other escape. Written so that no character is looked at more than a few times.
 */
const sequences = new RegExp(
  [
    String.raw`(?:\u001b\[|\u009b)[0-?]{0,256}[ -/]{0,16}[@-~]`,
    String.raw`(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])${body}(?:\u0007|\u001b\\|\u009c)`,
    String.raw`\u001b[ -/]{0,16}[0-~]`,
  ].join("|"),
  "gu",
);

const lineBreaks = /\r\n?|\u0085|\u2028|\u2029/gu;
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/gu;
/** Embeddings, overrides and isolates make text read in another order than it is stored. */
const reordering = /[\u202a-\u202e\u2066-\u2069]/gu;

/**
 * What an agent printed, as text that can be shown anywhere: hostile output must not drive a terminal. Colours go as well.
 * A sequence cut in two by a record's border loses its escape character and leaves harmless letters.
 */
export function plainText(printed: string): string {
  return printed
    .toWellFormed()
    .replaceAll(sequences, "")
    .replaceAll(lineBreaks, "\n")
    .replaceAll(controls, "")
    .replaceAll(reordering, "");
}
