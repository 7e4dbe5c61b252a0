import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { acquireDataDirLock } from "./data-dir-lock.js";
import { thisProcess, type LockOwner } from "./lock-owner.js";
import type { Order, Reply } from "./testing/lock-child.js";
import { bundleScript, startChild, type Child } from "./testing/start-child.js";

const onLinux = process.platform === "linux";
const onWindows = process.platform === "win32";

let script: string;
let root: string;
const children: Child[] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "persisto-lock-"));
  script = await bundleScript("lock-child.ts", root);
});

afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await Promise.all(children.map(({ exited }) => exited));
  await rm(root, { recursive: true, force: true });
});

async function newDirectory(): Promise<string> {
  return mkdtemp(join(root, "data-"));
}

function lockPath(directory: string): string {
  return join(directory, "persisto.lock");
}

async function startStarter(execArgv: readonly string[] = []): Promise<Child> {
  const child = startChild(script, [], execArgv);
  children.push(child);
  await child.message();
  return child;
}

async function tell(child: Child, order: Order): Promise<Reply> {
  child.send(order);
  return (await child.message()) as Reply;
}

/** A process that has ended, so that its pid is nobody's. */
async function deadOwner(): Promise<LockOwner> {
  const child = await startStarter();
  child.kill("SIGKILL");
  await child.exited;
  return { ...thisProcess(), pid: child.pid, processStart: "1" };
}

describe("acquireDataDirLock", () => {
  it("makes the directory for its owner alone, and the lock says whose it is", async () => {
    const directory = join(await newDirectory(), "a", "b");
    const lock = await acquireDataDirLock(directory);
    const owner = JSON.parse(await readFile(lockPath(directory), "utf8")) as LockOwner;
    expect(owner).toMatchObject({ pid: process.pid, hostname: hostname() });
    if (!onWindows) expect(statSync(directory).mode & 0o777).toBe(0o700);
    lock.release();
    expect(readdirSync(directory)).toEqual([]);
  });

  it("refuses a second one in the same process, and gives the directory to the next after release", async () => {
    const directory = await newDirectory();
    const first = await acquireDataDirLock(directory);
    await expect(acquireDataDirLock(directory)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("already open in this process"),
    });
    first.release();
    const second = await acquireDataDirLock(directory);
    first.release();
    expect(existsSync(lockPath(directory))).toBe(true);
    second.release();
  });

  it("refuses the directory under another name", async () => {
    const directory = await newDirectory();
    const lock = await acquireDataDirLock(directory);
    await expect(acquireDataDirLock(join(directory, "..", directory.split(/[\\/]/).at(-1) ?? ""))).rejects.toThrow(
      "already open",
    );
    lock.release();
  });

  it("refuses a directory that another process holds, and names that process", async () => {
    const directory = await newDirectory();
    const holder = await startStarter();
    expect(await tell(holder, { acquire: directory })).toEqual({ held: true });
    await expect(acquireDataDirLock(directory)).rejects.toMatchObject({
      code: "conflict",
      retryable: false,
      message: expect.stringMatching(new RegExp(`in use by process ${holder.pid} since .*stop that process`)),
    });
    await tell(holder, { release: true });
    (await acquireDataDirLock(directory)).release();
  });

  it("takes over the lock of a killed process", async () => {
    const directory = await newDirectory();
    const holder = await startStarter();
    await tell(holder, { acquire: directory });
    holder.kill("SIGKILL");
    await holder.exited;
    const lock = await acquireDataDirLock(directory);
    expect(readdirSync(directory)).toEqual(["persisto.lock"]);
    lock.release();
  });

  it.skipIf(onWindows)("never robs a process that is stopped (skipped on Windows: it has no SIGSTOP)", async () => {
    const directory = await newDirectory();
    const holder = await startStarter();
    await tell(holder, { acquire: directory });
    holder.kill("SIGSTOP");
    await expect(acquireDataDirLock(directory)).rejects.toThrow(`in use by process ${holder.pid}`);
    holder.kill("SIGCONT");
    expect(await tell(holder, { release: true })).toEqual({ held: false });
  });

  it.skipIf(!onLinux)("tells a reused pid from its owner (skipped without /proc: nothing else tells)", async () => {
    const directory = await newDirectory();
    const other = await startStarter();
    writeFileSync(lockPath(directory), JSON.stringify({ ...thisProcess(), pid: other.pid, processStart: "1" }));
    (await acquireDataDirLock(directory)).release();
  });

  it.skipIf(!onLinux)(
    "takes over the lock of a process whose parent has not noticed its end (skipped without /proc)",
    async () => {
      const directory = await newDirectory();
      const parent = spawn("sh", ["-c", "sleep 0 & echo $!; exec sleep 60"]);
      const [line] = (await once(parent.stdout, "data")) as [Buffer];
      const { processStart: _, ...owner } = thisProcess();
      writeFileSync(lockPath(directory), JSON.stringify({ ...owner, pid: Number(line.toString()) }));
      await expect.poll(() => acquireDataDirLock(directory).then((lock) => lock.release())).toBeUndefined();
      parent.kill();
    },
  );

  it("believes a live pid when nothing says that it was reused", async () => {
    const directory = await newDirectory();
    const other = await startStarter();
    const { processStart: _, ...owner } = thisProcess();
    writeFileSync(lockPath(directory), JSON.stringify({ ...owner, pid: other.pid }));
    await expect(acquireDataDirLock(directory)).rejects.toThrow(`in use by process ${other.pid}`);
  });

  it("takes over the lock of an earlier process with our own pid, as after the restart of a container", async () => {
    const directory = await newDirectory();
    const { processStart: _, ...owner } = thisProcess();
    writeFileSync(lockPath(directory), JSON.stringify({ ...owner, startedAt: "2026-01-01T00:00:00.000Z" }));
    (await acquireDataDirLock(directory)).release();
  });

  it.skipIf(!onLinux)("takes over a lock from before the machine was started (skipped without a boot id)", async () => {
    const directory = await newDirectory();
    const other = await startStarter();
    const { processStart: _, ...owner } = thisProcess();
    writeFileSync(lockPath(directory), JSON.stringify({ ...owner, pid: other.pid, bootId: "an earlier one" }));
    (await acquireDataDirLock(directory)).release();
  });

  it("does not judge an owner on another machine, and says what to delete", async () => {
    const directory = await newDirectory();
    writeFileSync(lockPath(directory), JSON.stringify({ ...thisProcess(), pid: 4_000_000, hostname: "db-7" }));
    await expect(acquireDataDirLock(directory)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringMatching(/on the machine db-7, .*If it does not, delete .*persisto\.lock and start again/),
    });
  });

  it.each(["", "not JSON", "{}", '{"pid":1}'])("does not judge a lock that it cannot read: %j", async (text) => {
    const directory = await newDirectory();
    writeFileSync(lockPath(directory), text);
    await expect(acquireDataDirLock(directory)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringMatching(/its lock cannot be read\. If no Persisto uses it, delete .*persisto\.lock/),
    });
  });

  it.skipIf(onWindows || process.getuid?.() === 0)(
    "says what to check when it may not write (skipped on Windows, and for root, who always may)",
    async () => {
      const directory = await newDirectory();
      await chmod(directory, 0o500);
      await expect(acquireDataDirLock(directory)).rejects.toThrow(/Cannot write to .*EACCES/);
    },
  );

  it("says what to check when there is a file where the directory should be", async () => {
    const file = join(await newDirectory(), "file");
    writeFileSync(file, "");
    await expect(acquireDataDirLock(file)).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining(`Cannot write to the data directory ${file}`),
    });
  });
});

/** Makes link() fail as it does on FAT and on some network file systems. */
const withoutHardLinks = `data:text/javascript,${encodeURIComponent(`
  import fs from "node:fs";
  import { syncBuiltinESMExports } from "node:module";
  fs.linkSync = () => { throw Object.assign(new Error("no hard links"), { code: "EPERM" }); };
  syncBuiltinESMExports();
`)}`;

describe.each([
  { fileSystem: "with hard links", execArgv: [], starters: 50, rounds: 6 },
  { fileSystem: "without hard links", execArgv: ["--import", withoutHardLinks], starters: 25, rounds: 4 },
])("starters that race, on a file system $fileSystem", ({ execArgv, starters, rounds }) => {
  let racers: Child[];
  let dead: LockOwner;

  beforeAll(async () => {
    racers = await Promise.all(Array.from({ length: starters }, () => startStarter(execArgv)));
    dead = await deadOwner();
  });

  afterAll(async () => {
    for (const racer of racers) racer.kill("SIGKILL");
    await Promise.all(racers.map(({ exited }) => exited));
  });

  async function expectOneWinner(directory: string): Promise<void> {
    const replies = await Promise.all(racers.map((racer) => tell(racer, { acquire: directory })));
    const winners = racers.filter((_, index) => replies[index]?.held === true);
    expect(winners).toHaveLength(1);
    expect(replies.filter(({ code }) => code === "conflict")).toHaveLength(starters - 1);
    const owner = JSON.parse(await readFile(lockPath(directory), "utf8")) as LockOwner;
    expect(owner.pid).toBe(winners[0]?.pid);
    for (const winner of winners) await tell(winner, { release: true });
    expect(readdirSync(directory).filter((name) => name === "persisto.lock")).toEqual([]);
  }

  it("have exactly one winner in a new directory", async () => {
    for (let round = 0; round < rounds; round += 1) await expectOneWinner(join(await newDirectory(), "new"));
  });

  it("have exactly one winner for the lock of a dead process", async () => {
    for (let round = 0; round < rounds; round += 1) {
      const directory = await newDirectory();
      writeFileSync(lockPath(directory), JSON.stringify(dead));
      await expectOneWinner(directory);
    }
  });

  it("have exactly one winner when a starter died while it took over", async () => {
    for (let round = 0; round < rounds; round += 1) {
      const directory = await newDirectory();
      await mkdir(directory, { recursive: true });
      const starter = { ...dead, token: "0".repeat(32) };
      writeFileSync(lockPath(directory), JSON.stringify(dead));
      writeFileSync(`${lockPath(directory)}.${dead.token}`, JSON.stringify(starter));
      writeFileSync(`${lockPath(directory)}.${starter.token}.draft`, "");
      await expectOneWinner(directory);
    }
  });
});
