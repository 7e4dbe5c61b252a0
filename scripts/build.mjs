import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { exclusive } from "./exclusive.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const turbo = join(root, "node_modules", "turbo", "bin", "turbo");
const recordFile = join(root, "node_modules", ".built.json");

/** @typedef {{ package: string, directory: string, hash: string }} BuildTask */

/**
 * Builds what has changed since it was last built. What is up to date is not touched: turbo would
 * restore it from its cache, file by file, under a server or a test run that is reading it.
 *
 * @param {{ filter?: string }} [options] a turbo filter; without one every package is built
 * @returns {boolean} whether everything is built; if not, turbo has said why
 */
export function build({ filter } = {}) {
  const selection = filter === undefined ? [] : [`--filter=${filter}`];
  return exclusive(join(root, ".setup-lock"), () => {
    const tasks = plannedTasks(selection);
    const record = readRecord();
    if (tasks.every((task) => record[task.package] === fingerprint(task))) return true;

    const { status } = runTurbo([...selection, "--output-logs=errors-only"], ["ignore", 2, 2]);
    if (status !== 0) return false;
    for (const task of tasks) record[task.package] = fingerprint(task);
    writeFileSync(recordFile, JSON.stringify(record));
    return true;
  });
}

/**
 * @param {string[]} selection
 * @returns {BuildTask[]}
 */
function plannedTasks(selection) {
  const { status, stdout } = runTurbo([...selection, "--dry=json"], ["ignore", "pipe", 2]);
  if (status !== 0) throw new Error("turbo could not plan the build, see above.");
  /** @type {{ tasks: (BuildTask & { command: string })[] }} */
  const { tasks } = JSON.parse(stdout);
  return tasks.filter(({ command }) => command !== "<NONEXISTENT>");
}

/**
 * @param {string[]} options
 * @param {import("node:child_process").StdioOptions} stdio
 */
function runTurbo(options, stdio) {
  // The user's own remote cache is none of our business.
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("TURBO_"));
  return spawnSync(process.execPath, [turbo, "run", "build", ...options], {
    cwd: root,
    env: {
      ...Object.fromEntries(kept),
      TURBO_TELEMETRY_DISABLED: "1",
      TURBO_NO_UPDATE_NOTIFIER: "1",
      DO_NOT_TRACK: "1",
    },
    stdio,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
}

/** @returns {Record<string, string>} the fingerprint each package had when it was last built */
function readRecord() {
  return existsSync(recordFile) ? JSON.parse(readFileSync(recordFile, "utf8")) : {};
}

/**
 * Changes when an input of the build changes, or when somebody else has written to its output.
 *
 * @param {BuildTask} task
 */
function fingerprint({ hash, directory }) {
  const output = join(root, directory, "dist");
  const names = existsSync(output) ? readdirSync(output, { recursive: true, encoding: "utf8" }).sort() : [];
  const files = names.map((name) => {
    const { size, mtimeMs } = statSync(join(output, name));
    return `${name} ${size} ${mtimeMs}`;
  });
  return createHash("sha256")
    .update([hash, ...files].join("\n"))
    .digest("hex");
}
