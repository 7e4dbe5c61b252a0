import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Postgres refuses to run as root; Debian's `nobody` (and `nogroup`) then runs it. */
const nobody = 65_534;

/**
 * @typedef {object} Home
 * @property {string} directory holds the programs and the data
 * @property {number | null} runAs the user id that must run Postgres; null for whoever we are
 */

/**
 * Where Postgres lives: `.postgres` of this checkout, or a directory among the system's temporary files
 * when we are root and the user that will run Postgres cannot enter the checkout.
 *
 * @returns {Home}
 */
export function findHome() {
  const inside = { directory: join(root, ".postgres"), runAs: process.getuid?.() === 0 ? nobody : null };
  if (inside.runAs === null || runAsUser(inside, "test", ["-x", root]).status === 0) return inside;
  const suffix = createHash("sha256").update(root).digest("hex").slice(0, 12);
  return { ...inside, directory: join(tmpdir(), `persisto-postgres-${suffix}`) };
}

/**
 * Makes the directory, readable to the user that runs Postgres.
 *
 * @param {Home} home
 */
export function createHome({ directory }) {
  process.umask(0o022);
  mkdirSync(directory, { recursive: true });
  if (statSync(directory).uid !== process.getuid?.()) {
    throw new Error(`${directory} belongs to another user; delete it first.`);
  }
}

/**
 * Runs a program as the user that Postgres runs as.
 *
 * @param {Home} home
 * @param {string} command
 * @param {string[]} options
 */
export function runAsUser({ runAs }, command, options) {
  const drop = ["setpriv", `--reuid=${runAs}`, `--regid=${runAs}`, "--clear-groups", "--"];
  const [program = command, ...rest] = runAs === null ? [command, ...options] : [...drop, command, ...options];
  return spawnSync(program, rest, {
    cwd: "/",
    env: { ...process.env, LC_ALL: "C.UTF-8" },
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
  });
}
