// `npm test`: builds everything, runs every test on PGlite and, when there is one, native Postgres, then those of
// the Python SDK where Python can get their packages, and ends with the line `N passed, N failed`. A DATABASE_URL
// that cannot be used is a failure; so are Python tests that cannot run with PERSISTO_TEST_PYTHON=required.
// Arguments after `npm test --` are vitest's, e.g. `npm test -- chunk`, and leave out the Python SDK.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "./build.mjs";
import { countsFileVariable } from "./count-reporter.mjs";
import { hasCode } from "./exclusive.mjs";
import { runPythonTests } from "./python-tests.mjs";
import { runToEnd } from "./run-to-end.mjs";
import { describeBackends, findNativePostgres } from "./test-backends.mjs";

/** @typedef {import("./count-reporter.mjs").Counts} Counts */

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const { exitCode, counts } = await buildAndTest(process.argv.slice(2));
const { passed, failed, skipped } = counts;
console.log(`${skipped} skipped`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : exitCode;

/**
 * @param {string[]} options
 * @returns {Promise<{ exitCode: number, counts: Counts }>}
 */
async function buildAndTest(options) {
  if (!build()) {
    console.error("The build failed, so no test was run.");
    return { exitCode: 1, counts: noCounts() };
  }
  // An empty variable is as good as none.
  const databaseUrl = process.env.DATABASE_URL || undefined;
  const native = await findNativePostgres(databaseUrl);
  console.log(describeBackends(native));

  const directory = mkdtempSync(join(tmpdir(), "persisto-test-"));
  const countsFile = join(directory, "counts.json");
  try {
    const environment = {
      ...cleanEnvironment(),
      [countsFileVariable]: countsFile,
      ...("url" in native && { PERSISTO_TEST_DATABASE_URL: native.url }),
    };
    const result = { exitCode: await runVitest(options, environment), counts: readCounts(countsFile) };
    if (databaseUrl !== undefined && "missing" in native) {
      console.error(`Counted as a failure, because DATABASE_URL is set: ${native.missing}.`);
      result.counts.failed += 1;
    }
    if (options.length === 0) {
      const isRequired = process.env.PERSISTO_TEST_PYTHON === "required";
      const python = await runPythonTests([], { isRequired, environment: cleanEnvironment() });
      result.counts = sum(result.counts, python);
    }
    return result;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** What a developer has set for their own Persisto, database or model must not change a test. */
function cleanEnvironment() {
  const personal = /^(PERSISTO_\w+|OPENAI_\w+|DATABASE_URL|PG[A-Z]+|NODE_ENV|HOST|PORT)$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !personal.test(name)));
}

/**
 * @param {string[]} options
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} vitest's exit code
 */
function runVitest(options, env) {
  const ownReporter = options.some((option) => option.startsWith("--reporter"));
  const reporters = [...(ownReporter ? [] : ["default"]), "./scripts/count-reporter.mjs"];
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const flags = reporters.map((reporter) => `--reporter=${reporter}`);
  return runToEnd(process.execPath, [vitest, "run", ...flags, ...options], { cwd: root, env });
}

/**
 * @param {string} file
 * @returns {Counts}
 */
function readCounts(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
    console.error("Vitest ended before its tests did, see above.");
    return noCounts();
  }
}

/** @returns {Counts} */
function noCounts() {
  return { passed: 0, failed: 0, skipped: 0 };
}

/**
 * @param {Counts} one
 * @param {Counts} other
 * @returns {Counts}
 */
function sum(one, other) {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
  };
}
