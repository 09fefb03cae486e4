/** What a test run came to. */
export interface TestSummary {
  readonly passed: number;
  readonly failed: number;
  /** Full names of what did not run. */
  readonly skipped: readonly string[];
}

/** What a test run comes to when vitest died before it could say. */
const crashed: TestSummary = { passed: 0, failed: 1, skipped: [] };

/**
 * Judges a finished run. A crash, an exit code without a failed test, and a run without any test count as a failure:
 * green must mean that something was proven.
 */
export function settle(reported: TestSummary | undefined, vitestExitCode: number): TestSummary {
  if (reported === undefined) return crashed;
  const nothingRan = reported.passed + reported.failed === 0;
  const unexplained = vitestExitCode !== 0 && reported.failed === 0;
  return nothingRan || unexplained ? { ...reported, failed: reported.failed + 1 } : reported;
}

/** Skips that no line of the list allows. A line is a full name, or the beginning of one followed by `*`. */
export function unlistedSkips(skipped: readonly string[], list: string): readonly string[] {
  const allowed = list.split("\n").map((line) => line.replace(/#.*$/u, "").trim());
  const patterns = allowed.filter((line) => line !== "");
  return skipped.filter(
    (name) => !patterns.some((line) => (line.endsWith("*") ? name.startsWith(line.slice(0, -1)) : name === line)),
  );
}

/** The line machines read. It is the last one of every test run. */
export function lastLine({ passed, failed, skipped }: TestSummary): string {
  return `${passed} passed, ${failed} failed, ${skipped.length} skipped`;
}
