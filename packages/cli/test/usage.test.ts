import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import packageJson from "../package.json" with { type: "json" };
import { runCli, type CliResult } from "./run-cli.js";

let cwd: string;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "persisto-cli-"));
});

afterAll(() => rm(cwd, { recursive: true, force: true }));

function run(...args: string[]): Promise<CliResult> {
  return runCli(args, { cwd });
}

test("--version is the package's", async () => {
  expect(await run("--version")).toEqual({ code: 0, stdout: `${packageJson.version}\n`, stderr: "" });
});

test("--help lists the commands with examples, and each has its own", async () => {
  const { code, stdout } = await run("--help");
  expect(code).toBe(0);
  for (const word of ["save", "query", "export", "import", "serve", "doctor", "keys", "Examples", "Exit codes"]) {
    expect(stdout).toContain(word);
  }
  const save = await run("save", "--help");
  expect(save.stdout).toContain("$ persisto save");
  expect(save.stdout).toContain("--url <url>");
});

test.each([
  [["quer", "x"], /unknown command 'quer'/],
  [["query"], /missing required argument 'text'/],
  [["save", "x", "--colour", "red"], /unknown option '--colour'/],
  [["save", "x", "--metadata", "[1]"], /must be a JSON object/],
  [["save", "x", "--ttl", "soon"], /3600, 90m, 24h, 30d or never/],
  [["query", "x", "-k", "0"], /whole number, 1 or more/],
  [["delete"], /what to delete is missing/],
  [["delete", "--content", "x"], /need --namespace/],
  [["namespaces", "delete", "notes"], /add --yes/],
  [["list", "--url", "http://127.0.0.1:1", "--data-dir", "x"], /choose/],
  [["list", "--url", "http://127.0.0.1:1"], /PERSISTO_API_KEY/],
  [["import", "nothing.csv"], /there is no nothing\.csv/],
  [["keys", "create", "--name", "x", "--scopes", "all"], /There is no scope all/],
])("%j is wrong usage: exit code 2, nothing on stdout, the remedy on stderr", async (args, message) => {
  const { code, stdout, stderr } = await run(...args);
  expect(stderr).toMatch(message);
  expect(stderr).toMatch(/^persisto: /);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
});

test("a server that is not there is one line and exit code 1", async () => {
  const { code, stdout, stderr } = await run("list", "--url", "http://127.0.0.1:1", "--api-key", "some-key");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toBe("persisto: Cannot reach Persisto at http://127.0.0.1:1; is it running?\n");
});

test("config check tells all that is wrong", async () => {
  const { code, stderr } = await runCli(["config", "check"], {
    cwd,
    env: { PORT: "eighty", PERSISTO_LOG_LEVEL: "loud" },
  });
  expect(code).toBe(1);
  expect(stderr).toContain("PORT");
  expect(stderr).toContain("PERSISTO_LOG_LEVEL");
});
