import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { storeDefaults } from "@persisto/contract/http";
import { readConfig } from "../src/config/load-config.js";
import { settings } from "../src/config/settings.js";

describe("without options and variables", () => {
  test("it serves this machine from ./.persisto", () => {
    expect(readConfig([], {})).toEqual({
      command: "serve",
      host: "127.0.0.1",
      port: 8000,
      dataDir: resolve(".persisto"),
      logLevel: "info",
      store: storeDefaults,
      openTelemetry: "off",
      maxConcurrentRequests: 256,
      maxConcurrentRequestsInAll: 1_024,
      rates: {
        requestsPerMinute: { key: null, project: null, ip: null },
        burstSeconds: 60,
        refusalsPerMinute: 120,
      },
      trustedProxies: 0,
      corsOrigins: [],
    });
  });

  test("an empty variable is as good as none", () => {
    const names = ["PERSISTO_CONFIG", ...settings.flatMap(({ variable }) => variable ?? [])];
    const env = Object.fromEntries(names.map((name) => [name, ""]));
    expect(readConfig([], env)).toEqual(readConfig([], {}));
  });
});

test("the environment sets everything", () => {
  const env = {
    PORT: "9000",
    HOST: "0.0.0.0",
    PERSISTO_DATA_DIR: "/var/lib/persisto",
    DATABASE_URL: "postgres://me:p%40ss@db:5432/app",
    PERSISTO_API_KEY: "a-key-of-mine",
    PERSISTO_OPERATOR_KEY: "an-operator-key-of-mine",
    OPENAI_API_KEY: "sk-test",
    OPENAI_BASE_URL: "http://127.0.0.1:11434/v1",
    OPENAI_EMBEDDING_MODEL: "nomic-embed-text",
    OPENAI_EMBEDDING_DIMENSIONS: "768",
    PERSISTO_METRICS_PORT: "9464",
    PERSISTO_METRICS_HOST: "::1",
    PERSISTO_OPENTELEMETRY: "true",
    PERSISTO_LOG_LEVEL: "warn",
    PERSISTO_EMBEDDER: "openAI",
    PERSISTO_RERANKER_URL: "http://127.0.0.1:8080",
    PERSISTO_RERANKER_MODEL: "bge",
    PERSISTO_RERANKER_DIALECT: "tei",
    PERSISTO_RERANKER_API_KEY: "reranker-key",
    PERSISTO_LANGUAGE: "german",
    PERSISTO_DEFAULT_PROFILE: "fuzzy",
    PERSISTO_DEFAULT_TTL_SECONDS: "3600",
    PERSISTO_HISTORY_STORE: "hash",
    PERSISTO_HISTORY_RETENTION_DAYS: "30",
    PERSISTO_POOL_SIZE: "5",
    PERSISTO_MAX_CONCURRENT_REQUESTS: "8",
    PERSISTO_MAX_CONCURRENT_REQUESTS_IN_ALL: "16",
    PERSISTO_KEY_REQUESTS_PER_MINUTE: "60",
    PERSISTO_PROJECT_REQUESTS_PER_MINUTE: "600",
    PERSISTO_IP_REQUESTS_PER_MINUTE: "120",
    PERSISTO_BURST_SECONDS: "10",
    PERSISTO_IP_REFUSALS_PER_MINUTE: "none",
    PERSISTO_TRUST_PROXY: "1",
    PERSISTO_CORS_ORIGINS: "https://app.example.com, http://localhost:3000",
  };
  const inEnvironmentAlone = settings.flatMap(({ variable }) => variable ?? []);
  expect(Object.keys(env).toSorted()).toEqual(inEnvironmentAlone.toSorted());
  expect(readConfig([], env)).toEqual({
    command: "serve",
    host: "0.0.0.0",
    port: 9000,
    dataDir: resolve("/var/lib/persisto"),
    databaseUrl: env.DATABASE_URL,
    poolSize: 5,
    apiKey: "a-key-of-mine",
    operatorKey: "an-operator-key-of-mine",
    openAI: {
      apiKey: "sk-test",
      baseUrl: "http://127.0.0.1:11434/v1",
      model: "nomic-embed-text",
      dimensions: 768,
    },
    logLevel: "warn",
    reranker: { baseUrl: "http://127.0.0.1:8080", model: "bge", dialect: "tei", apiKey: "reranker-key" },
    store: {
      language: "german",
      profiles: {},
      defaultProfile: "fuzzy",
      defaultTtlSeconds: 3600,
      namespaceTtlSeconds: {},
      history: { store: "hash", retentionDays: 30 },
    },
    metrics: { host: "::1", port: 9464 },
    openTelemetry: "asked",
    maxConcurrentRequests: 8,
    maxConcurrentRequestsInAll: 16,
    rates: { requestsPerMinute: { key: 60, project: 600, ip: 120 }, burstSeconds: 10, refusalsPerMinute: null },
    trustedProxies: 1,
    corsOrigins: ["https://app.example.com", "http://localhost:3000"],
  });
});

test("metrics are told on this machine alone unless another address is named, and an address needs a port", () => {
  expect(readConfig([], { PERSISTO_METRICS_PORT: "0" }).metrics).toEqual({ host: "127.0.0.1", port: 0 });
  expect(() => readConfig([], { PERSISTO_METRICS_HOST: "::" })).toThrow(
    "PERSISTO_METRICS_HOST: needs server.metricsPort",
  );
});

test.each([
  ["implied", { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318" }],
  ["implied", { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://127.0.0.1:4318/v1/traces" }],
  ["off", { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318", OTEL_SDK_DISABLED: "true" }],
  ["off", { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318", OTEL_TRACES_EXPORTER: "none" }],
  ["off", { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318", PERSISTO_OPENTELEMETRY: "false" }],
  ["asked", { PERSISTO_OPENTELEMETRY: "true" }],
  ["off", {}],
])("spans are %s with %o", (openTelemetry, env) => {
  expect(readConfig([], env).openTelemetry).toBe(openTelemetry);
});

test("an option wins over the environment", () => {
  const config = readConfig(["sweep", "--port", "1", "--host=::1", "--data-dir", "mine"], {
    PORT: "2",
    HOST: "0.0.0.0",
    PERSISTO_DATA_DIR: "theirs",
  });
  expect(config).toMatchObject({ command: "sweep", port: 1, host: "::1", dataDir: resolve("mine") });
});

test.each(["serve", "sweep", "create-key", "create-operator-key"])("%s is a command", (command) => {
  expect(readConfig([command], {}).command).toBe(command);
});

test("create-key takes a project, and no other command does", () => {
  expect(readConfig(["create-key", "--project", "acme"], {}).projectId).toBe("acme");
  expect(() => readConfig(["create-key", "--project", "a b"], {})).toThrow("--project: a project id is 1 to 64");
  expect(() => readConfig(["create-key", "--project="], {})).toThrow("--project: a project id is 1 to 64");
  for (const command of ["serve", "sweep"]) {
    expect(() => readConfig([command, "--project", "acme"], {})).toThrow("--project: only create-key takes it");
  }
});

describe("another server that speaks OpenAI's protocol", () => {
  test("needs no key", () => {
    const env = { OPENAI_BASE_URL: "http://127.0.0.1:11434/v1", OPENAI_EMBEDDING_MODEL: "all-minilm" };
    expect(readConfig([], env).openAI).toEqual({
      baseUrl: "http://127.0.0.1:11434/v1",
      model: "all-minilm",
    });
  });

  test.each(["OPENAI_EMBEDDING_MODEL", "OPENAI_EMBEDDING_DIMENSIONS"])("must be named for %s", (name) => {
    expect(() => readConfig([], { [name]: "768" })).toThrow(`${name}: needs OPENAI_API_KEY, or OPENAI_BASE_URL`);
  });

  test.each(["0", "-1", "1.5", "768d", "1e3", "100000"])("gives no vectors of length %s", (dimensions) => {
    const env = { OPENAI_API_KEY: "sk-test", OPENAI_EMBEDDING_DIMENSIONS: dimensions };
    expect(() => readConfig([], env)).toThrow("OPENAI_EMBEDDING_DIMENSIONS: must be a whole number above 0");
  });
});

test("dump and load take a file, each under its own option, and no other command does", () => {
  expect(readConfig(["dump", "--to", "a.dump"], {})).toMatchObject({ command: "dump", dumpFile: resolve("a.dump") });
  expect(readConfig(["load", "--from=/b.dump"], {})).toMatchObject({ command: "load", dumpFile: "/b.dump" });
  expect(() => readConfig(["dump"], {})).toThrow("--to: is required: the file to write, which must not exist yet");
  expect(() => readConfig(["load", "--to", "a"], {})).toThrow(/--to: only dump takes it.*--from: is required/s);
  expect(() => readConfig(["dump", "--to"], {})).toThrow(/^--to: needs a value\. See --help\.$/);
  expect(() => readConfig(["--from", "a"], {})).toThrow("--from: only load takes it");
});

test("dump and load are for the embedded database alone", () => {
  const env = { DATABASE_URL: "postgres://localhost/app" };
  expect(() => readConfig(["dump", "--to", "a"], env)).toThrow("with DATABASE_URL use pg_dump");
  expect(() => readConfig(["load", "--from", "a", "--data-dir", "b"], env)).toThrow("with DATABASE_URL use pg_dump");
});

test("--help wins over commands", () => {
  expect(readConfig(["sweep", "--help"], {}).command).toBe("help");
});

describe("mistakes", () => {
  test("are all reported at once, each with its name, and no secret is repeated", () => {
    const env = {
      PORT: "70000",
      DATABASE_URL: "mysql://me:hunter2@db/app",
      PERSISTO_API_KEY: "short",
      OPENAI_API_KEY: "sk-test",
      OPENAI_BASE_URL: "hunter2",
      PERSISTO_LOG_LEVEL: "loud",
    };
    const error = caught(() => readConfig(["fly"], env));
    expect(error.details.issues.map(({ field }) => field)).toEqual([
      "command",
      "PORT",
      "PERSISTO_LOG_LEVEL",
      "DATABASE_URL",
      "PERSISTO_API_KEY",
      "OPENAI_BASE_URL",
    ]);
    expect(error.message).not.toMatch(/hunter2|short/);
  });

  test.each(["-1", "65536", "80a", "1e3", "0x50"])("the port %s", (port) => {
    expect(() => readConfig([`--port=${port}`], {})).toThrow("--port: must be a whole number from 0 to 65535");
    expect(() => readConfig([], { PORT: port })).toThrow("PORT: must be a whole number from 0 to 65535");
  });

  test.each([["--colour"], ["--port"], ["--help=yes"]])("the option %s", (option) => {
    expect(() => readConfig([option], {})).toThrow("See --help.");
  });

  test("two commands", () => {
    expect(() => readConfig(["sweep", "serve"], {})).toThrow("command: one at a time; drop serve");
  });

  test("an operator key that is short, or opens memories as well", () => {
    const wrong = (PERSISTO_OPERATOR_KEY: string) => () =>
      readConfig([], { PERSISTO_OPERATOR_KEY, PERSISTO_API_KEY: "sixteen-letters-" });
    expect(wrong("fifteen-letters")).toThrow("PERSISTO_OPERATOR_KEY: must be at least 16 visible");
    expect(wrong("sixteen-letters-")).toThrow("PERSISTO_OPERATOR_KEY: must be another key than PERSISTO_API_KEY");
  });

  test.each(["with a space", "tab\tbed", "sch\u00fcssel", "sevench"])("the key %j", (key) => {
    expect(() => readConfig([], { PERSISTO_API_KEY: key })).toThrow("PERSISTO_API_KEY: must be at least 8 visible");
  });
});

function caught(call: () => unknown): Error & { details: { issues: { field: string }[] } } {
  try {
    call();
  } catch (error) {
    return error as Error & { details: { issues: { field: string }[] } };
  }
  return expect.fail("nothing was thrown");
}
