import { writeFileSync } from "node:fs";

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** The environment variable that names the file to write the counts to. */
export const countsFileVariable = "PERSISTO_TEST_COUNTS_FILE";

/** A vitest reporter that leaves the number of tests passed, failed and skipped in a file, for the closing line. */
export default class CountReporter {
  /**
   * Files and suites that broke outside their tests (an import, a hook), and errors nobody caught,
   * count as one failure each.
   *
   * @param {readonly import("vitest/node").TestModule[]} modules
   * @param {readonly unknown[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    /** @type {Counts} */
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      const suites = [module, ...module.children.allSuites()];
      counts.failed += suites.filter((suite) => suite.errors().length > 0).length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        // Pending: never got its turn, because the run was interrupted.
        counts[state === "pending" ? "failed" : state] += 1;
      }
    }
    const file = process.env[countsFileVariable];
    if (file !== undefined) writeFileSync(file, JSON.stringify(counts));
  }
}
