import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { exclusive } from "../scripts/exclusive.mjs";

const run = promisify(execFile);
const exclusiveUrl = new URL("../scripts/exclusive.mjs", import.meta.url).href;
/** Above what Linux and macOS give to a process. */
const deadPid = 2 ** 30;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "persisto-exclusive-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("the lock of a dead process is taken over, by one of those that wait at a time", { timeout: 60_000 }, async () => {
  const lock = join(folder, "lock");
  const counter = join(folder, "counter");
  writeFileSync(counter, "0");
  // A turn reads, sleeps and writes: two at once would lose a count. After it the owner dies with the lock held.
  const program = `
    import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
    import { exclusive, sleep } from ${JSON.stringify(exclusiveUrl)};
    const [lock, counter] = ${JSON.stringify([lock, counter])};
    for (let turn = 0; turn < 5; turn++) {
      exclusive(lock, () => {
        const count = Number(readFileSync(counter, "utf8"));
        sleep(5);
        writeFileSync(counter, String(count + 1));
        if (turn === 4) process.exit();
      });
    }`;
  mkdirSync(lock);
  writeFileSync(join(lock, `${deadPid}-1`), "");
  const processes = Array.from({ length: 6 }, () => run(process.execPath, ["--input-type=module", "-e", program]));
  await Promise.all(processes);
  expect(readFileSync(counter, "utf8")).toBe("30");
});

test("a lock is free again after an error, and leaves nothing behind", () => {
  const lock = join(folder, "lock");
  const fail = () => {
    throw new Error("broken");
  };
  expect(() => exclusive(lock, fail)).toThrow("broken");
  expect(exclusive(lock, () => "done")).toBe("done");
  expect(readdirSync(folder)).toEqual([]);
});
