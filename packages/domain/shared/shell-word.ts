/** Text as one word of a POSIX shell; quoted only where it has to be, so that a line to copy stays readable. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/u.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
