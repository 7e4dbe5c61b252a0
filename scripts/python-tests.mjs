// The tests of sdk/python, against the built server. `npm test` runs them; alone: `npm run test:python`, with
// pytest's arguments after `--`.
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { hasCode } from "./exclusive.mjs";
import { preparePython } from "./python-environment.mjs";
import { runToEnd } from "./run-to-end.mjs";

/** @typedef {import("./count-reporter.mjs").Counts} Counts */

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, "sdk", "python");

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { passed, failed, skipped } = await runPythonTests(process.argv.slice(2), { isRequired: true });
  console.log(`${skipped} skipped`);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}

/**
 * Runs them where Python can get their packages, and says so where it cannot. A run that broke outside its tests counts
 * as a failure.
 *
 * @param {string[]} options pytest's
 * @param {{ isRequired: boolean, environment?: NodeJS.ProcessEnv }} how with isRequired, not to run is a failure
 * @returns {Promise<Counts>}
 */
export async function runPythonTests(options, { isRequired, environment = process.env }) {
  const prepared = preparePython(root, folder);
  if ("missing" in prepared) {
    console.log(`Not testing the Python SDK: ${prepared.missing}.`);
    return { passed: 0, failed: isRequired ? 1 : 0, skipped: 0 };
  }
  console.log("Testing the Python SDK.");
  const directory = mkdtempSync(join(tmpdir(), "persisto-pytest-"));
  const report = join(directory, "report.xml");
  try {
    const pytest = ["-m", "pytest", "-p", "no:cacheprovider", `--junit-xml=${report}`, ...options];
    const env = {
      ...environment,
      // The server runs on the Node that we run on.
      PATH: `${dirname(process.execPath)}${delimiter}${environment["PATH"]}`,
      PYTHONDONTWRITEBYTECODE: "1",
      PYTHONUTF8: "1",
    };
    const exitCode = await runToEnd(prepared.python, pytest, { cwd: folder, env });
    const counts = readCounts(report);
    return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * @param {string} report JUnit's XML
 * @returns {Counts}
 */
function readCounts(report) {
  const suite = readReport(report).match(/<testsuite\s[^>]*>/)?.[0] ?? "";
  /** @param {string} name */
  const count = (name) => Number(suite.match(new RegExp(`\\s${name}="(\\d+)"`))?.[1] ?? 0);
  const [failed, skipped] = [count("failures") + count("errors"), count("skipped")];
  return { passed: Math.max(0, count("tests") - failed - skipped), failed, skipped };
}

/** @param {string} report */
function readReport(report) {
  try {
    return readFileSync(report, "utf8");
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
    console.error("Pytest ended before its tests did, see above.");
    return "";
  }
}
