import { writeFileSync } from "node:fs";
import type { Reporter, TestModule } from "vitest/node";
import type { TestSummary } from "./test-summary.ts";

/** Where the runner wants the summary; without it the reporter only watches. */
const target = process.env["OMOIOS_TEST_SUMMARY"];

/** Counts what ran for `scripts/test.ts`, which prints the last line. Vitest's own summary is made for eyes. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const summary = { passed: 0, failed: unhandled.length, skipped: [] as string[] };
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === "passed") summary.passed += 1;
        else if (state === "failed") summary.failed += 1;
        else summary.skipped.push(`${module.relativeModuleId} > ${test.fullName}`);
      }
      summary.failed += brokenOutsideTests(module);
    }
    if (target !== undefined) writeFileSync(target, JSON.stringify(summary satisfies TestSummary));
  }
}

/** Files that did not load and hooks that threw: vitest books them to the file or the suite, not to a test. */
function brokenOutsideTests(module: TestModule): number {
  const suites = [...module.children.allSuites()].filter((suite) => suite.errors().length > 0).length;
  return suites + (module.errors().length > 0 ? 1 : 0);
}
