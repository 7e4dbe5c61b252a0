import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const pollMs = 300;
/** A lock without a process id is one whose owner died between two system calls; nothing takes that long. */
const ownerlessMs = 10_000;

/**
 * Runs `action` while no other process holds the lock `path` (a directory). Waits as long as the
 * owner is alive; a lock whose owner has died is taken over. Synchronous: it is for scripts.
 *
 * @template T
 * @param {string} path
 * @param {() => T} action
 * @returns {T}
 */
export function exclusive(path, action) {
  let waited = false;
  while (!acquire(path)) {
    if (!waited) console.error(`Waiting for another process of this checkout to finish (${path}).`);
    waited = true;
    if (isAbandoned(path)) rmSync(path, { recursive: true, force: true });
    else sleep(pollMs);
  }
  try {
    return action();
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

/** @param {string} path */
function acquire(path) {
  try {
    mkdirSync(path);
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
  writeFileSync(join(path, "pid"), String(process.pid));
  return true;
}

/** @param {string} path */
function isAbandoned(path) {
  try {
    const ageMs = Date.now() - statSync(path).mtimeMs;
    const owner = join(path, "pid");
    return existsSync(owner) ? !isAlive(Number(readFileSync(owner, "utf8"))) : ageMs > ownerlessMs;
  } catch (error) {
    // Released while we looked.
    if (hasCode(error, "ENOENT")) return false;
    throw error;
  }
}

/**
 * Whether a process exists, also one that belongs to somebody else.
 *
 * @param {number} pid
 */
export function isAlive(pid) {
  try {
    // Signal 0 only asks.
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, "EPERM");
  }
}

/**
 * Whether a system call failed with this code.
 *
 * @param {unknown} error
 * @param {string} code
 */
export function hasCode(error, code) {
  return error instanceof Error && "code" in error && error.code === code;
}

/**
 * Blocks this thread.
 *
 * @param {number} milliseconds
 */
export function sleep(milliseconds) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
