/** The last line of a diff that is longer than was asked for, after so many bytes of it. */
export function diffCutLine(bytes: number): string {
  return `[diff cut after ${String(bytes)} bytes]\n`;
}

/** Whether a diff ends before its end. */
export function isCutDiff(diff: string): boolean {
  return /(?:^|\n)\[diff cut after \d+ bytes\]\n$/u.test(diff);
}
