import { mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const pollMs = 300;

/**
 * Runs `action` while no other process holds the lock `path`, a directory with one file that is named after
 * its owner. Waits as long as the owner is alive; a lock whose owner has died is taken over. Synchronous: it
 * is for scripts.
 *
 * Nobody can take away a lock they have not looked at: a dead owner's file is deleted by its own name, and a
 * directory only while it is empty. A held one never is, because it appears together with its file.
 *
 * @template T
 * @param {string} path
 * @param {() => T} action
 * @returns {T}
 */
export function exclusive(path, action) {
  // With the time, because process ids are used again.
  const owner = `${process.pid}-${Date.now()}`;
  let waited = false;
  while (isHeld(path) || !acquire(path, owner)) {
    if (!waited) console.error(`Waiting for another process of this checkout to finish (${path}).`);
    waited = true;
    sleep(pollMs);
  }
  try {
    return action();
  } finally {
    rmSync(join(path, owner), { force: true });
    removeEmpty(path);
  }
}

/**
 * @param {string} path
 * @param {string} owner
 */
function acquire(path, owner) {
  const prepared = `${path}-${owner}`;
  mkdirSync(prepared);
  writeFileSync(join(prepared, owner), "");
  try {
    // Replaces an empty directory, never one with a file. Windows says EPERM to both.
    renameSync(prepared, path);
    return true;
  } catch (error) {
    rmSync(prepared, { recursive: true });
    if (hasAnyCode(error, ["ENOTEMPTY", "EEXIST", "EPERM"])) return false;
    throw error;
  }
}

/**
 * Whether a living process holds the lock. What a dead one has left is removed.
 *
 * @param {string} path
 */
function isHeld(path) {
  const owners = ownersOf(path);
  if (owners.some((owner) => isAlive(Number.parseInt(owner, 10)))) return true;
  for (const owner of owners) rmSync(join(path, owner), { force: true });
  removeEmpty(path);
  return false;
}

/** @param {string} path */
function ownersOf(path) {
  try {
    return readdirSync(path);
  } catch (error) {
    // Released while we looked.
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  }
}

/** @param {string} path */
function removeEmpty(path) {
  try {
    rmdirSync(path);
  } catch (error) {
    // Somebody else has removed it or holds it by now.
    if (!hasAnyCode(error, ["ENOENT", "ENOTEMPTY", "EEXIST"])) throw error;
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
 * @param {unknown} error
 * @param {string[]} codes
 */
function hasAnyCode(error, codes) {
  return codes.some((code) => hasCode(error, code));
}

/**
 * Blocks this thread.
 *
 * @param {number} milliseconds
 */
export function sleep(milliseconds) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
