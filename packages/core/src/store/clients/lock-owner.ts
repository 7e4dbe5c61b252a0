import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { errorCode } from "./error-code.js";

/** Who holds a lock, as its file says it. */
export interface LockOwner {
  readonly pid: number;
  /** Random, one per attempt to lock. */
  readonly token: string;
  /** When the lock was asked for, ISO 8601. */
  readonly startedAt: string;
  readonly hostname: string;
  /** Linux: changes with every boot of the machine. */
  readonly bootId?: string;
  /** Linux: clock ticks from boot to the start of the process; tells a reused pid from its owner. */
  readonly processStart?: string;
}

/** What can be known of an owner from here. */
export type OwnerState = "alive" | "dead" | "on another machine";

/** This process, with a new token. */
export function thisProcess(): LockOwner {
  const bootId = readBootId();
  const processStart = readProcess("self")?.start;
  return {
    pid: process.pid,
    token: randomBytes(16).toString("hex"),
    startedAt: new Date().toISOString(),
    hostname: hostname(),
    ...(bootId === undefined ? {} : { bootId }),
    ...(processStart === undefined ? {} : { processStart }),
  };
}

/** The owner that a lock file names; undefined when the text is not of a lock file. */
export function parseLockOwner(text: string): LockOwner | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // Not JSON, so nothing that Persisto wrote whole.
  }
  return isLockOwner(value) ? value : undefined;
}

/**
 * Whether the owner lives. A live process is never called dead, however old its lock or however long it
 * has been stopped; on another machine nobody can tell.
 */
export function stateOf(owner: LockOwner): OwnerState {
  if (owner.hostname !== hostname()) return "on another machine";
  const bootId = readBootId();
  if (bootId !== undefined && owner.bootId !== undefined && owner.bootId !== bootId) return "dead";
  if (owner.pid === process.pid) return wroteOurselves(owner) ? "alive" : "dead";
  if (!pidExists(owner.pid)) return "dead";
  const running = readProcess(owner.pid);
  if (running === undefined) return "alive";
  if (running.state === "Z") return "dead"; // Only its exit code is left, waiting for its parent.
  return owner.processStart === undefined || owner.processStart === running.start ? "alive" : "dead";
}

/** After the restart of a container this process often has the pid of the one before it. */
function wroteOurselves(owner: LockOwner): boolean {
  const start = readProcess("self")?.start;
  if (start !== undefined && owner.processStart !== undefined) return start === owner.processStart;
  return Date.parse(owner.startedAt) >= Date.now() - process.uptime() * 1_000;
}

function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== "ESRCH"; // EPERM: it lives, under another user.
  }
}

function readBootId(): string | undefined {
  return readIfThere("/proc/sys/kernel/random/boot_id")?.trim();
}

/** State and start of a process; undefined where there is no /proc (macOS, Windows) or no such process. */
function readProcess(pid: number | "self"): { state: string; start: string } | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // Field 2, the command, may hold spaces and parentheses: fields 3 (state) to 22 (start) follow its last ")".
  const [state, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const start = rest[18];
  return state === undefined || start === undefined ? undefined : { state, start };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    // ESRCH: the process ended while /proc was read. EACCES: a /proc that hides other users' processes.
    if (["ENOENT", "ESRCH", "EACCES", "EPERM"].includes(errorCode(error) ?? "")) return undefined;
    throw error;
  }
}

function isLockOwner(value: unknown): value is LockOwner {
  if (typeof value !== "object" || value === null) return false;
  const { pid, token, startedAt, hostname: host, bootId, processStart } = value as Record<keyof LockOwner, unknown>;
  return (
    Number.isSafeInteger(pid) &&
    (pid as number) > 0 &&
    typeof token === "string" &&
    /^[0-9a-f]{32}$/.test(token) && // It becomes part of a file name.
    typeof startedAt === "string" &&
    typeof host === "string" &&
    ["string", "undefined"].includes(typeof bootId) &&
    ["string", "undefined"].includes(typeof processStart)
  );
}
