import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PersistoError } from "@persisto/contract";
import { errorCode } from "./error-code.js";
import { parseLockOwner, stateOf, thisProcess, type LockOwner } from "./lock-owner.js";

/** A data directory that this process holds. */
export interface DataDirLock {
  /** Gives the directory back; a second call does nothing. */
  release(): void;
}

const lockName = "persisto.lock";

/** Guards and drafts: what starters leave behind that die while they start. */
const leftover = /^persisto\.lock(\.[0-9a-f]{32})+(\.draft)?$/;

/** Together well under the two seconds within which a start must be refused. */
const attempts = 20;
const pauseMs = 50;

/** Windows gives these for a file that another process is just reading or deleting. */
const passing = ["EPERM", "EACCES", "EBUSY"];

/**
 * Makes the directory (mode 0700) if need be, and takes it for this process. PGlite has no lock of its own:
 * two on one directory lose acknowledged rows without an error. The lock of a dead process is taken over,
 * that of a live one never, not even by the process that holds it.
 * @throws PersistoError conflict within two seconds when the directory is in use.
 */
export async function acquireDataDirLock(dataDir: string): Promise<DataDirLock> {
  const directory = makeDirectory(dataDir);
  const path = join(directory, lockName);
  const me = thisProcess();
  await acquire(path, me);
  removeLeftovers(directory);
  return { release: () => removeLock(path, me) };
}

function makeDirectory(dataDir: string): string {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    return realpathSync(dataDir);
  } catch (cause) {
    throw unusable(dataDir, cause);
  }
}

/** Of any number of racing starters at most one returns while the lock is held. */
async function acquire(path: string, me: LockOwner): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (createLock(path, me)) return;
    const owner = readLock(path);
    if (owner !== undefined) {
      refuseUnlessDead(owner, path);
      if (await takeOver(path, owner, me)) return;
    }
    await sleep(pauseMs);
  }
  throw new PersistoError(
    "conflict",
    `Nobody can tell whether the data directory ${dirname(path)} is in use: its lock cannot be read. ` +
      `If no Persisto uses it, delete ${path} and start again.`,
  );
}

/**
 * Replaces the lock of a dead owner. Only the holder of a guard named after that owner may do it, and only
 * while the lock still is that owner's, so nobody can replace the lock of whoever was faster.
 */
async function takeOver(path: string, dead: LockOwner, me: LockOwner): Promise<boolean> {
  const guard = `${path}.${dead.token}`;
  await acquire(guard, me);
  try {
    return readLock(path)?.token === dead.token && replaceLock(path, me);
  } finally {
    removeLock(guard, me);
  }
}

function replaceLock(path: string, me: LockOwner): boolean {
  try {
    renameSync(writeDraft(path, me), path);
    return true;
  } catch (error) {
    if (passing.includes(errorCode(error) ?? "")) return false;
    throw unusable(dirname(path), error);
  }
}

/** Creates the lock file whole; false when there already is one. */
function createLock(path: string, me: LockOwner): boolean {
  const draft = writeDraft(path, me);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    return errorCode(error) !== "EEXIST" && createWithoutLink(path, me);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** For file systems without hard links: just as exclusive, but a reader may meet a file half written. */
function createWithoutLink(path: string, me: LockOwner): boolean {
  try {
    writeFileSync(path, JSON.stringify(me), { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (["EEXIST", ...passing].includes(errorCode(error) ?? "")) return false;
    throw unusable(dirname(path), error);
  }
}

function writeDraft(path: string, me: LockOwner): string {
  const draft = join(dirname(path), `${lockName}.${me.token}.draft`);
  try {
    const file = openSync(draft, "w", 0o600);
    writeSync(file, JSON.stringify(me));
    fsyncSync(file); // A lock found empty after a power failure would have to be judged by a person.
    closeSync(file);
    return draft;
  } catch (error) {
    throw unusable(dirname(path), error);
  }
}

/** Undefined when there is no lock, or none that can be read yet. */
function readLock(path: string): LockOwner | undefined {
  try {
    return parseLockOwner(readFileSync(path, "utf8"));
  } catch (error) {
    if (["ENOENT", ...passing].includes(errorCode(error) ?? "")) return undefined;
    throw unusable(dirname(path), error);
  }
}

function removeLock(path: string, me: LockOwner): void {
  if (readLock(path)?.token === me.token) rmSync(path, { force: true });
}

/** Safe for whoever holds the lock: a guard decides only about the lock of the dead owner it is named after. */
function removeLeftovers(directory: string): void {
  for (const name of readdirSync(directory)) {
    if (leftover.test(name)) rmSync(join(directory, name), { force: true });
  }
}

function refuseUnlessDead(owner: LockOwner, path: string): void {
  const { pid, startedAt, hostname } = owner;
  const directory = dirname(path);
  switch (stateOf(owner)) {
    case "dead":
      return;
    case "on another machine":
      throw new PersistoError(
        "conflict",
        `The data directory ${directory} was locked by process ${pid} on the machine ${hostname}, and from here nobody ` +
          `can tell whether that still runs. If it does not, delete ${path} and start again.`,
      );
    case "alive":
      throw new PersistoError(
        "conflict",
        pid === process.pid
          ? `The data directory ${directory} is already open in this process; share that one, or close it first.`
          : `The data directory ${directory} is in use by process ${pid} since ${startedAt}; ` +
              "stop that process, or choose another data directory.",
      );
  }
}

function unusable(directory: string, cause: unknown): PersistoError {
  const code = errorCode(cause) ?? "unknown error";
  return new PersistoError(
    "unavailable",
    `Cannot write to the data directory ${directory} (${code}); check that it may be written and has space.`,
    { retryable: false, cause },
  );
}
