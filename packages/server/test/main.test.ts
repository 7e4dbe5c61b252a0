import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { PersistoClient } from "@persisto/client";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startFakeEmbeddingServer } from "../../core/src/embedders/testing/fake-embedding-server.js";
import { startFakeRerankServer } from "../../core/src/rerankers/testing/fake-rerank-server.js";

const main = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const startTimeoutMs = 120_000;

/** A run of the built program, in a directory of its own. */
interface Run {
  child: ChildProcessByStdio<null, Readable, Readable>;
  /** Everything printed so far. */
  stdout(): string;
  stderr(): string;
  /** The exit code; null after a signal. */
  exit: Promise<number | null>;
}

let directory: string;
let runs: Run[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "persisto-main-"));
});

afterEach(async () => {
  for (const { child, exit } of runs) {
    child.kill("SIGKILL");
    await exit;
  }
  runs = [];
  await rm(directory, { recursive: true, force: true });
}, startTimeoutMs);

function run(args: readonly string[], env: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: directory,
    // Nothing of the machine's own configuration.
    env: { PATH: process.env["PATH"] ?? "", HOME: directory, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (printed.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (printed.stderr += text));
  const started: Run = {
    child,
    stdout: () => printed.stdout,
    stderr: () => printed.stderr,
    exit: new Promise((resolve) => child.once("close", resolve)),
  };
  runs.push(started);
  return started;
}

/** Waits until the server says where it is. */
async function urlOf(server: Run): Promise<string> {
  await expect
    .poll(() => server.child.exitCode !== null || /Ctrl\+C/.test(server.stdout()), { timeout: startTimeoutMs })
    .toBe(true);
  const url = /URL +(\S+)/.exec(server.stdout())?.[1];
  return url ?? expect.fail(server.stderr());
}

async function finish(command: Run): Promise<string> {
  expect(await command.exit, command.stderr()).toBe(0);
  return command.stdout();
}

function shell(line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn("sh", ["-c", line], { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (data: Buffer) => (output += data.toString()));
    child.once("error", reject);
    child.once("close", () => resolve(output));
  });
}

describe("serve", () => {
  test(
    "the first start prints a key and two lines that work as they are; a later one keeps the key and the data",
    async () => {
      const first = run(["--port", "0"]);
      const url = await urlOf(first);
      const text = first.stdout();
      expect(text).toContain(join(directory, ".persisto"));
      expect(text).toContain("local/static-minilm-256");
      const key = /API key +(psto_live_\S+)/.exec(text)?.[1] ?? expect.fail(text);
      const [save = "", query = ""] = text.split("\n").filter((line) => line.startsWith("curl "));
      expect(JSON.parse(await shell(save))).toMatchObject({ status: "saved" });
      expect(JSON.parse(await shell(query))).toMatchObject({
        results: [{ content: "The user prefers concise summaries." }],
      });
      first.child.kill("SIGTERM");
      await finish(first);
      expect(first.stderr()).not.toContain(key);

      const second = run(["serve"], { PORT: "0" });
      const memory = new PersistoClient({ apiKey: key, baseUrl: await urlOf(second) });
      expect(second.stdout()).not.toContain("psto_live_");
      expect(second.stdout()).toContain("the one printed on the first start");
      expect(second.stdout()).toContain("Stop this server; then the command create-key makes another.");
      expect(await memory.listNamespaces()).toEqual([{ namespace: "demo", count: 1 }]);
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      second.child.kill("SIGINT");
      await finish(second);
    },
    startTimeoutMs * 2,
  );

  test(
    ".env is read, and the environment wins over it",
    async () => {
      await writeFile(
        join(directory, ".env"),
        'PERSISTO_API_KEY="key-from-file"\nPERSISTO_DATA_DIR=from-file\nPORT=1\n# a comment\n',
      );
      const server = run([], { PORT: "0" });
      const memory = new PersistoClient({ apiKey: "key-from-file", baseUrl: await urlOf(server) });
      expect(await memory.listNamespaces()).toEqual([]);
      expect(server.stdout()).not.toContain("key-from-file");
      expect(server.stdout()).toContain("the one in PERSISTO_API_KEY");
      expect(existsSync(join(directory, "from-file"))).toBe(true);
      expect(server.stderr()).not.toMatch(/warning/i);
      server.child.kill("SIGTERM");
      await finish(server);
    },
    startTimeoutMs,
  );

  test(
    "metrics have a port of their own when one is named, which ends with the server",
    async () => {
      const server = run([], { PORT: "0", PERSISTO_METRICS_PORT: "0", PERSISTO_API_KEY: "a-key-of-mine" });
      const url = await urlOf(server);
      const metricsUrl = /Metrics +(\S+)/.exec(server.stdout())?.[1] ?? expect.fail(server.stdout());
      expect(metricsUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
      await new PersistoClient({ apiKey: "a-key-of-mine", baseUrl: url }).save({ namespace: "n", content: "Tea." });
      const text = await (await fetch(metricsUrl)).text();
      expect(text).toContain("\npersisto_memories_saved_total 1\n");
      expect(text).toMatch(/persisto_model_call_duration_seconds_count\{model="embedder",outcome="ok"\} [1-9]/);
      expect(text).toContain("\npersisto_expired_memories_removed_total 0\n");
      expect((await fetch(`${url}/metrics`)).status).toBe(401);
      server.child.kill("SIGTERM");
      await finish(server);
      await expect(fetch(metricsUrl)).rejects.toThrow();
    },
    startTimeoutMs,
  );

  test(
    "a metrics port that is taken is told by the name of its setting",
    async () => {
      const taken = createServer().listen(0, "127.0.0.1");
      await once(taken, "listening");
      const { port } = taken.address() as AddressInfo;
      const server = run([], { PORT: "0", PERSISTO_METRICS_PORT: String(port) });
      expect(await server.exit).toBe(1);
      expect(server.stderr()).toContain(`Cannot listen on 127.0.0.1:${port}`);
      expect(server.stderr()).toContain("choose another with PERSISTO_METRICS_PORT");
      taken.close();
    },
    startTimeoutMs,
  );

  test(
    "the file sets how the store behaves, also over HTTP",
    async () => {
      const reranker = await startFakeRerankServer();
      const file = {
        server: { port: 0 },
        retrieval: { defaultProfile: "one", profiles: { one: { k: 1, minRelevance: 0 } } },
        ttl: { namespaces: { "session:*": 60 } },
        history: { store: "hash" },
        reranker: { baseUrl: reranker.baseUrl, model: "fake" },
      };
      await writeFile(join(directory, "persisto.config.json"), JSON.stringify(file));
      const env = { PERSISTO_API_KEY: "a-key-of-mine", PERSISTO_RERANKER_API_KEY: "a-key-of-theirs" };
      const memory = new PersistoClient({ apiKey: "a-key-of-mine", baseUrl: await urlOf(run([], env)) });
      await memory.save({ namespace: "session:1", content: "The ferry is green." });
      const { expiresAt } = await memory.save({ namespace: "session:1", content: "The ferry leaves at noon." });
      expect(expiresAt).not.toBeNull();
      for (const mode of [{}, { mode: "one" }]) {
        expect((await memory.query({ namespace: "session:1", query: "ferry", ...mode })).results).toHaveLength(1);
      }
      await expect(memory.query({ namespace: "session:1", query: "ferry", mode: "two" })).rejects.toMatchObject({
        code: "unprocessable",
        details: { issues: [{ field: "mode", message: expect.stringContaining("strict, fuzzy, recency, one") }] },
      });
      expect((await memory.listQueries()).queries).toMatchObject([
        { mode: "one", queryText: expect.stringMatching(/^sha256:/) },
        { mode: "one", queryText: expect.stringMatching(/^sha256:/) },
      ]);
      await memory.query({ namespace: "session:1", query: "ferry", rerank: true });
      expect(reranker.requests).toMatchObject([
        { authorization: "Bearer a-key-of-theirs", body: { model: "fake", query: "ferry" } },
      ]);
      await reranker.close();
    },
    startTimeoutMs,
  );

  test(
    "a new store embeds with the model of another server that speaks OpenAI's protocol",
    async () => {
      const embeddings = await startFakeEmbeddingServer();
      const server = run(["--port", "0"], {
        PERSISTO_API_KEY: "a-key-of-mine",
        OPENAI_BASE_URL: embeddings.baseUrl,
        OPENAI_EMBEDDING_MODEL: "fake",
        OPENAI_EMBEDDING_DIMENSIONS: "3",
      });
      const memory = new PersistoClient({ apiKey: "a-key-of-mine", baseUrl: await urlOf(server) });
      expect(server.stdout()).toContain("openai-compatible/fake;d=3");
      await memory.save({ namespace: "demo", content: "It rains." });
      expect(embeddings.requests).toMatchObject([{ body: { model: "fake", input: ["It rains."] } }]);
      await embeddings.close();
    },
    startTimeoutMs,
  );

  test(
    "a second signal does not wait",
    async () => {
      const server = run(["--port", "0"], { PERSISTO_API_KEY: "a-key-of-mine" });
      const url = await urlOf(server);
      // A request that never ends keeps the first signal waiting.
      const { hostname, port } = new URL(url);
      const socket = connect(Number(port), hostname);
      socket.on("error", () => undefined);
      socket.write("POST /memory/save HTTP/1.1\r\nHost: x\r\nContent-Le");
      await new Promise((resolve) => socket.once("connect", resolve));
      server.child.kill("SIGTERM");
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      server.child.kill("SIGTERM");
      expect(await server.exit).toBe(1);
      socket.destroy();
    },
    startTimeoutMs,
  );
});

describe("commands", () => {
  test(
    "create-key prints a key that opens the default project",
    async () => {
      const key = (await finish(run(["create-key"]))).trim();
      expect(key).toMatch(/^psto_live_\S+$/);
      const server = run(["--port=0"]);
      const memory = new PersistoClient({ apiKey: key, baseUrl: await urlOf(server) });
      expect(await memory.listNamespaces()).toEqual([]);
      expect(server.stdout()).not.toContain("psto_live_");
    },
    startTimeoutMs * 2,
  );

  test(
    "create-key makes keys of other projects, so that one server serves several",
    async () => {
      const keys = [
        await finish(run(["create-key"])),
        await finish(run(["create-key", "--project", "acme"])),
        await finish(run(["create-key", "--project", "acme"])),
      ];
      const baseUrl = await urlOf(run(["--port=0"]));
      const [ours, acme, alsoAcme] = keys.map((key) => new PersistoClient({ apiKey: key.trim(), baseUrl }));
      await acme?.save({ namespace: "of acme", content: "Here." });
      expect(await alsoAcme?.listNamespaces()).toEqual([{ namespace: "of acme", count: 1 }]);
      expect(await ours?.listNamespaces()).toEqual([]);
    },
    startTimeoutMs * 2,
  );

  test(
    "sweep says how many memories it removed",
    async () => {
      expect(await finish(run(["sweep"]))).toBe("Removed 0 expired memories.\n");
    },
    startTimeoutMs,
  );

  test("config check prints what is in effect, from everywhere, without secrets, and opens nothing", async () => {
    await writeFile(join(directory, ".env"), "PERSISTO_API_KEY=hunter2hunter2\nPERSISTO_LANGUAGE=german\n");
    await writeFile(join(directory, "persisto.config.json"), '{ "server": { "port": 9000 }, "language": "french" }');
    const checked = run(["config", "check", "--host", "::1"], { PERSISTO_HISTORY_STORE: "hash" });
    const text = await finish(checked);
    expect(text).toMatch(/^ {2}server\.host +::1 +--host$/m);
    expect(text).toMatch(/^ {2}server\.port +9000 +persisto\.config\.json$/m);
    expect(text).toMatch(/^ {2}language +german +PERSISTO_LANGUAGE in \.env$/m);
    expect(text).toMatch(/^ {2}history\.store +hash +PERSISTO_HISTORY_STORE$/m);
    expect(text).toMatch(/^ {2}embedder\.provider +builtIn +default$/m);
    expect(text + checked.stderr()).not.toContain("hunter2");
    expect(existsSync(join(directory, ".persisto"))).toBe(false);
  });

  test("config check lists every problem, also of the models, and fails", async () => {
    await writeFile(join(directory, "mine.json"), '{ "history": { "retention": 5 }, "ttl": { "defaultSeconds": -1 } }');
    const checked = run(["config", "check", "--config", "mine.json", "--prot=1"], {
      PORT: "http",
      OPENAI_BASE_URL: "http://127.0.0.1:11434/v1",
      OPENAI_EMBEDDING_MODEL: "nomic-embed-text",
    });
    expect(await checked.exit).toBe(1);
    expect(checked.stdout()).toBe("");
    expect(checked.stderr().split("\n")).toEqual([
      "Persisto cannot start:",
      "  --prot: unknown option; did you mean --port? See --help.",
      "  ttl.defaultSeconds: must be at least 1",
      "  history.retention: unknown field; did you mean history.retentionDays?",
      "  PORT: must be a whole number from 0 to 65535, not http",
      expect.stringMatching(/^ {2}embedder: .*dimensions is required for the model nomic-embed-text/),
      "",
    ]);
  });

  test("--help tells all options and variables, and opens nothing", async () => {
    const help = await finish(run(["--help"]));
    for (const word of [
      "--port",
      "PERSISTO_DATA_DIR",
      "DATABASE_URL",
      "OPENAI_API_KEY",
      "create-key",
      "config check",
    ]) {
      expect(help).toContain(word);
    }
    expect(existsSync(join(directory, ".persisto"))).toBe(false);
  });
});

describe("a start that fails says why and what to do, without a stack", () => {
  test("for a wrong configuration, all of it at once", async () => {
    const failed = run(["--port", "http"], { PERSISTO_API_KEY: "short", DATABASE_URL: "db" });
    expect(await failed.exit).toBe(1);
    expect(failed.stdout()).toBe("");
    expect(failed.stderr().split("\n")).toEqual([
      "Persisto cannot start:",
      "  --port: must be a whole number from 0 to 65535, not http",
      expect.stringMatching(/^ {2}DATABASE_URL: must look like postgres:/),
      expect.stringMatching(/^ {2}PERSISTO_API_KEY: must be at least 8 visible ASCII characters/),
      "",
    ]);
  });

  test(
    "for a port that is taken; and no key is made that no one saw",
    async () => {
      const other = createServer();
      await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
      const { port } = other.address() as AddressInfo;
      const failed = run(["--port", String(port)]);
      expect(await failed.exit).toBe(1);
      expect(failed.stderr()).toContain(`Cannot listen on 127.0.0.1:${port}: the port is taken.`);
      expect(failed.stderr()).not.toMatch(/ at .*:\d+:\d+/);
      await new Promise((resolve) => other.close(resolve));
      const again = run(["--port", String(port)]);
      await urlOf(again);
      expect(again.stdout()).toMatch(/API key +psto_live_/);
    },
    startTimeoutMs * 2,
  );

  test("for a model whose vectors have a length that no one told it", async () => {
    const env = { OPENAI_BASE_URL: "http://127.0.0.1:11434/v1", OPENAI_EMBEDDING_MODEL: "nomic-embed-text" };
    const failed = run([], env);
    expect(await failed.exit).toBe(1);
    expect(failed.stderr()).toContain("OPENAI_EMBEDDING_DIMENSIONS");
    expect(failed.stderr()).toContain("required for the model nomic-embed-text");
    expect(existsSync(join(directory, ".persisto"))).toBe(false);
  });

  test(
    "for a database that does not answer, without its password",
    async () => {
      const failed = run([], { DATABASE_URL: "postgres://me:hunter2@127.0.0.1:1/app" });
      expect(await failed.exit).toBe(1);
      expect(failed.stderr()).toContain("127.0.0.1:1");
      expect(failed.stderr()).not.toMatch(/hunter2| at .*:\d+:\d+/);
    },
    startTimeoutMs,
  );
});
