import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FieldIssue, PersistoError } from "@persisto/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { configFileSchema, configJsonSchema } from "../src/config/config-file-schema.js";
import { read, readConfig } from "../src/config/load-config.js";
import { settings } from "../src/config/settings.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "persisto-config-"));
  file = join(directory, "persisto.config.json");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function write(content: object | string): void {
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
}

/** What is wrong, as lines. */
function problems(
  content: object | string,
  { argv = [], env = {} }: { argv?: string[]; env?: Record<string, string> } = {},
) {
  write(content);
  try {
    readConfig([...argv, "--config", file], env);
  } catch (error) {
    const issues: FieldIssue[] = (error as PersistoError).details.issues ?? [];
    return issues.map(({ field, message }) => `${field}: ${message}`);
  }
  return [];
}

describe("a file", () => {
  test("sets everything but secrets", () => {
    write({
      $schema: "./persisto.schema.json",
      server: {
        host: "::1",
        port: 9000,
        trustProxy: 2,
        corsOrigins: ["https://app.example.com"],
        metricsPort: 9464,
        metricsHost: "::1",
      },
      log: { level: "warn" },
      telemetry: { openTelemetry: true },
      database: { url: "postgres://me@db/app", poolSize: 5 },
      embedder: { provider: "openAI", baseUrl: "http://127.0.0.1:11434/v1", model: "all-minilm", dimensions: 384 },
      reranker: { baseUrl: "http://127.0.0.1:8080", model: "bge", dialect: "tei" },
      language: "german",
      retrieval: { defaultProfile: "mine", profiles: { mine: { k: 3, recency: { weight: 0.5, halfLifeDays: 2 } } } },
      ttl: { defaultSeconds: 1000, namespaces: { "session:*": 60, "user:*": null } },
      history: { store: "nothing", retentionDays: 7 },
      limits: {
        maxConcurrentRequests: 8,
        maxConcurrentRequestsInAll: 16,
        requestsPerMinute: { key: 60, project: null, ip: 120 },
        burstSeconds: 10,
        refusalsPerMinute: null,
      },
    });
    expect(readConfig(["--config", file], {})).toEqual({
      command: "serve",
      host: "::1",
      port: 9000,
      logLevel: "warn",
      dataDir: join(process.cwd(), ".persisto"),
      databaseUrl: "postgres://me@db/app",
      poolSize: 5,
      openAI: { baseUrl: "http://127.0.0.1:11434/v1", model: "all-minilm", dimensions: 384 },
      reranker: { baseUrl: "http://127.0.0.1:8080", model: "bge", dialect: "tei" },
      store: {
        language: "german",
        profiles: { mine: { k: 3, recency: { weight: 0.5, halfLifeDays: 2 } } },
        defaultProfile: "mine",
        defaultTtlSeconds: 1000,
        namespaceTtlSeconds: { "session:*": 60, "user:*": null },
        history: { store: "nothing", retentionDays: 7 },
      },
      metrics: { host: "::1", port: 9464 },
      openTelemetry: "asked",
      maxConcurrentRequests: 8,
      maxConcurrentRequestsInAll: 16,
      rates: { requestsPerMinute: { key: 60, project: null, ip: 120 }, burstSeconds: 10, refusalsPerMinute: null },
      trustedProxies: 2,
      corsOrigins: ["https://app.example.com"],
    });
  });

  test("gives way to options and the environment, each setting for itself", () => {
    write({
      server: { host: "::1", port: 1 },
      history: { store: "hash", retentionDays: 7 },
      ttl: { defaultSeconds: 5 },
      language: "german",
    });
    const env = { PORT: "2", HOST: "", PERSISTO_HISTORY_RETENTION_DAYS: "never", PERSISTO_DEFAULT_TTL_SECONDS: "60" };
    const config = readConfig(["--port", "3"], { ...env, PERSISTO_CONFIG: file });
    expect(config).toMatchObject({ host: "::1", port: 3 });
    expect(config.store).toMatchObject({
      language: "german",
      history: { store: "hash", retentionDays: null },
      defaultTtlSeconds: 60,
    });
    expect(readConfig(["--config", file], env).port).toBe(2);
  });

  test("names a data directory as seen from itself", () => {
    write({ database: { dataDir: "data" } });
    expect(readConfig(["--config", file], {}).dataDir).toBe(join(directory, "data"));
    expect(readConfig(["--config", file], { PERSISTO_DATA_DIR: "data" }).dataDir).toBe(join(process.cwd(), "data"));
  });

  test("gives way with its database to a directory or a database that was chosen outside", () => {
    write({ database: { url: "postgres://me@db/app" } });
    expect(readConfig(["--config", file, "--data-dir", "x"], {}).databaseUrl).toBeUndefined();
    expect(readConfig(["--config", file], { PERSISTO_DATA_DIR: "x" }).databaseUrl).toBeUndefined();
    expect(readConfig(["--config", file], { DATABASE_URL: "postgres://other" }).databaseUrl).toBe("postgres://other");
    write({ database: { dataDir: "x" } });
    expect(readConfig(["--config", file], { DATABASE_URL: "postgres://other" }).databaseUrl).toBe("postgres://other");
  });

  test("may begin with a byte order mark", () => {
    write(`\uFEFF{ "server": { "port": 9000 } }`);
    expect(readConfig(["--config", file], {}).port).toBe(9000);
  });

  test("that chooses the built-in embedder has it, whatever keys there are", () => {
    write({ embedder: { provider: "builtIn" } });
    expect(readConfig(["--config", file], { OPENAI_API_KEY: "sk-test" }).openAI).toBeUndefined();
    const env = { OPENAI_API_KEY: "sk-test", PERSISTO_EMBEDDER: "openAI" };
    expect(readConfig(["--config", file], env).openAI).toEqual({ apiKey: "sk-test" });
  });
});

describe("everything that is wrong is told at once", () => {
  test("in the file, the environment and the arguments", () => {
    const content = {
      server: { prot: 8000, port: "8000" },
      retrieval: { profiles: { mine: { k: 0, vectorWeight: 2 }, strict: {} } },
      ttl: { namespaces: { "session:*": 0 } },
      history: { store: "everything" },
    };
    const lines = problems(content, { argv: ["fly", "--colour"], env: { PORT: "http", PERSISTO_LANGUAGE: "klingon" } });
    expect(lines).toEqual([
      "--colour: unknown option. See --help.",
      "command: unknown command fly; use serve, sweep, create-key, create-operator-key, dump, load, config check",
      "server.port: must be a whole number from 0 to 65535",
      "server.prot: unknown field; did you mean server.port?",
      "retrieval.profiles.mine.k: must be at least 1",
      expect.stringMatching(/^retrieval\.profiles\.mine\.vectorWeight: /),
      "retrieval.profiles.strict: is built in and stays as it is; choose another name",
      "ttl.namespaces.session:*: must be at least 1",
      "history.store: must be text, hash or nothing",
      "PORT: must be a whole number from 0 to 65535, not http",
      expect.stringMatching(/^PERSISTO_LANGUAGE: must be one of simple, .*, not klingon$/),
    ]);
  });

  test("and not only the first twenty", () => {
    const names = Array.from({ length: 50 }, (_, index) => [`zzzzzzz${index}`, {}]);
    expect(problems(Object.fromEntries(names) as object)).toHaveLength(50);
  });

  test.each([
    [{ history: { retention_days: 5 } }, "history.retention_days: unknown field; did you mean history.retentionDays?"],
    [{ Server: {} }, "Server: unknown field; did you mean server?"],
    [{ port: 5 }, "port: unknown field; did you mean server.port?"],
    [
      { retrieval: { profiles: { mine: { diversty: 1 } } } },
      "retrieval.profiles.mine.diversty: unknown field; did you mean retrieval.profiles.mine.diversity?",
    ],
    [
      { retrieval: { profiles: { mine: { recency: { weight: 1, halfLife: 1 } } } } },
      /halfLife: unknown field; did you mean retrieval\.profiles\.mine\.recency\.halfLifeDays\?/,
    ],
    [
      { server: { shape: "round" } },
      "server.shape: unknown field; known here: host, port, trustProxy, corsOrigins, metricsPort, metricsHost",
    ],
    [{ constructor: 1 }, /^constructor: unknown field; known here: \$schema, server/],
    [{ retrieval: { profiles: { mine: { name: "yours" } } } }, /^retrieval\.profiles\.mine\.name: unknown field/],
    [{ server: [] }, /^server: /],
  ])("an unknown field in %j is told with what may be meant", (content, line) => {
    expect(problems(content)).toContainEqual(typeof line === "string" ? line : expect.stringMatching(line));
  });

  test.each([
    [{ embedder: { apiKey: "sk-1" } }, "embedder.apiKey", "OPENAI_API_KEY"],
    [{ reranker: { apiKey: "sk-1" } }, "reranker.apiKey", "PERSISTO_RERANKER_API_KEY"],
    [{ server: { apiKey: "sk-1" } }, "server.apiKey", "PERSISTO_API_KEY"],
    [{ server: { operatorKey: "sk-1" } }, "server.operatorKey", "PERSISTO_OPERATOR_KEY"],
    [{ openaiToken: "sk-1" }, "openaiToken", "OPENAI_API_KEY"],
    [{ database: { url: "postgres://me:sk-1@db/app" } }, "database.url", "DATABASE_URL"],
    [{ database: { url: "postgres://me@db/app?password=sk-1" } }, "database.url", "DATABASE_URL"],
    [{ embedder: { provider: "openAI", baseUrl: "http://me:sk-1@h" } }, "embedder.baseUrl", "OPENAI_BASE_URL"],
  ])("a secret in %j is refused, told where it belongs, and not repeated", (content, field, variable) => {
    const lines = problems(content, { env: { OPENAI_API_KEY: "sk-2" } });
    expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^${field}: must not .* committed; .*${variable}`)));
    expect(lines.join()).not.toContain("sk-1");
  });

  test.each([
    [{ database: { url: "postgres://db", dataDir: "x" } }, "database.url: cannot stand beside database.dataDir"],
    [{ embedder: { provider: "openAI" } }, "OPENAI_API_KEY: is required by OpenAI"],
    [{ embedder: { model: "x" } }, "embedder.model: needs OPENAI_API_KEY, or OPENAI_BASE_URL"],
    [{ embedder: { provider: "builtIn", model: "x" } }, "embedder.model: has no effect with the embedder builtIn"],
    [{ reranker: { baseUrl: "http://h" } }, "reranker.model: is required"],
    [{ reranker: { model: "x" } }, "reranker.model: needs reranker.baseUrl"],
    [{ retrieval: { defaultProfile: "mine" } }, "retrieval.defaultProfile: must be one of strict, fuzzy, recency"],
    [{ retrieval: { profiles: { "": {} } } }, "retrieval.profiles.: must not be empty"],
  ])("%j does not fit together", (content, line) => {
    expect(problems(content)).toEqual([expect.stringContaining(line)]);
  });

  test("a default profile may be one that has something wrong in it", () => {
    const profiles = { mine: { k: 0 } };
    expect(problems({ retrieval: { defaultProfile: "mine", profiles } })).toEqual([
      "retrieval.profiles.mine.k: must be at least 1",
    ]);
  });

  test("a default profile in the environment must be one of the file's", () => {
    const content = { retrieval: { profiles: { mine: {} } } };
    expect(problems(content, { env: { PERSISTO_DEFAULT_PROFILE: "mine" } })).toEqual([]);
    expect(problems(content, { env: { PERSISTO_DEFAULT_PROFILE: "yours" } })).toEqual([
      "PERSISTO_DEFAULT_PROFILE: must be one of strict, fuzzy, recency, mine",
    ]);
  });

  test.each([
    ['{\n  "server": {}\n  "history": {}\n}', " is not JSON at line 3, column 3"],
    ['{ "server": hunter2 }', " is not JSON"],
    ["", " is not JSON"],
    ["[]", " must hold a JSON object"],
    ["null", " must hold a JSON object"],
    ['{ "__proto__": {} }', " __proto__ is not an allowed key"],
  ])("the file %j", (content, message) => {
    const [line = "", ...others] = problems(content);
    expect(others).toEqual([]);
    expect(line).toContain(`${file}:${message}`);
    expect(line).not.toContain("hunter2");
  });

  test("a file that was named and is not there, and one that is a directory", () => {
    expect(() => readConfig(["--config", file], {})).toThrow(`${file}: there is no such file`);
    expect(() => readConfig([], { PERSISTO_CONFIG: file })).toThrow(`${file}: there is no such file`);
    expect(() => readConfig(["--config", directory], {})).toThrow(`${directory}: cannot be read`);
  });

  test("but --help looks at none of it", () => {
    expect(readConfig(["--help", "--config", file], { PORT: "x" }).command).toBe("help");
  });
});

test("the description tells every setting and where it came from, without secrets", () => {
  write({ history: { store: "hash" }, retrieval: { profiles: { mine: { k: 3 } } } });
  const env = {
    DATABASE_URL: "postgres://me:hunter2@db/app?sslpassword=hunter2",
    PERSISTO_API_KEY: "hunter2hunter2",
    OPENAI_API_KEY: "hunter2",
    PERSISTO_LANGUAGE: "german",
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318",
  };
  expect(read(["--config", file], {}).description).toContain(join(process.cwd(), ".persisto"));
  const { description } = read(["config", "check", "--config", file, "--port", "9000"], env, {
    fromEnvFile: new Set(["PERSISTO_LANGUAGE"]),
  });
  const rows = description.split("\n").map((line) => line.trim().split(/ {2,}/));
  expect(rows).toEqual(
    expect.arrayContaining([
      ["server.host", "127.0.0.1", "default"],
      ["server.port", "9000", "--port"],
      ["telemetry.openTelemetry", "true", "OTEL_EXPORTER_OTLP_ENDPOINT"],
      ["database.url", "postgres://me:hidden@db/app?hidden", "DATABASE_URL"],
      ["server.apiKey", "(hidden)", "PERSISTO_API_KEY"],
      ["embedder.apiKey", "(hidden)", "OPENAI_API_KEY"],
      ["language", "german", "PERSISTO_LANGUAGE in .env"],
      ["retrieval.profiles.mine", '{"k":3}', file],
      ["history.store", "hash", file],
      ["history.retentionDays", "never", "default"],
    ]),
  );
  expect(description).not.toMatch(/hunter2|dataDir/);
});

describe("what is published", () => {
  test("the JSON Schema is that of the code (else: npm run config-schema)", () => {
    const published: unknown = JSON.parse(readFileSync(join(root, "packages/server/persisto.schema.json"), "utf8"));
    expect(published).toEqual(JSON.parse(JSON.stringify(configJsonSchema())));
  });

  test("every field of the JSON Schema is described", () => {
    const undescribed: string[] = [];
    const visit = (node: unknown, path: string): void => {
      if (typeof node !== "object" || node === null) return;
      const { properties = {}, description, additionalProperties } = node as Record<string, object | undefined>;
      if (description === undefined) undescribed.push(path);
      for (const [name, child] of Object.entries(properties)) visit(child, `${path}.${name}`);
      visit(additionalProperties, `${path}.*`);
    };
    visit(configJsonSchema(), "");
    expect(undescribed).toEqual([]);
  });

  test("the example and the file of the guide are valid, and the example shows every field", () => {
    const example: unknown = JSON.parse(readFileSync(join(root, "persisto.config.example.json"), "utf8"));
    expect(configFileSchema.safeParse(example).error).toBeUndefined();
    const fields = settings.filter(({ secret }) => secret !== "whole").map(({ path }) => path.split(".").at(-1) ?? "");
    expect(fields.filter((field) => field !== "dataDir" && !JSON.stringify(example).includes(`"${field}"`))).toEqual(
      [],
    );
    expect(problems(example as object)).toEqual([]);

    const guide = readFileSync(join(root, "docs/operation.md"), "utf8");
    const [, block = ""] = /```json\n([\s\S]*?)```/.exec(guide) ?? [];
    expect(problems(block)).toEqual([]);
  });
});
