import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PersistoClient } from "@persisto/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startServerProcess } from "../../../test/lib/server-process.js";

const main = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const timeout = 180_000;

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "persisto-dump-commands-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const options = { cwd: directory, env: { PATH: process.env["PATH"] } };
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

test("a store is dumped when its server has stopped, and loaded into a new directory", { timeout }, async () => {
  const [dataDir, file, copy] = ["data", "store.dump", "copy"].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ];
  const server = await startServerProcess({ environment: { PERSISTO_DATA_DIR: dataDir } });
  const memory = new PersistoClient(server);
  await memory.save({ namespace: "n", id: "kept", content: "The tide is out at noon." });

  const refused = await run("dump", "--data-dir", dataDir, "--to", file);
  expect(refused).toMatchObject({ code: 1, stdout: "" });
  expect(refused.stderr).toMatch(/^Persisto cannot start: A dump needs .* in use by process \d+ .*; stop that process/);
  expect(await readdir(directory)).toEqual(["data"]);

  // Killed, not stopped: the dump recovers it as a start would.
  await server.end("SIGKILL");
  const dumped = await run("dump", "--data-dir", dataDir, "--to", file);
  expect(dumped).toMatchObject({ code: 0, stderr: "" });
  expect(dumped.stdout).toMatch(/^Wrote 1 memories of .*data to .*store\.dump \(\d+\.\d MB\)\.\n$/);
  expect(await run("dump", "--data-dir", dataDir, "--to", file)).toMatchObject({ code: 1 });

  expect(await run("load", "--data-dir", copy, "--from", file)).toMatchObject({ code: 0, stderr: "" });
  expect((await run("load", "--data-dir", copy, "--from", file)).stderr).toContain("There is a store in");
  const second = await startServerProcess({ environment: { PERSISTO_DATA_DIR: copy } });
  const found = await new PersistoClient(second).get({ id: "kept" });
  expect(await second.end("SIGTERM")).toBe(0);
  expect(found?.content).toBe("The tide is out at noon.");
});
