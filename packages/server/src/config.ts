import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { isPersistoError, PersistoError, PersistoValidationError, type FieldIssue } from "@persisto/contract";
import { parseInput, projectIdSchema } from "@persisto/contract/http";

const commands = ["serve", "sweep", "create-key", "create-operator-key"] as const;
const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

/** What to run, and with what. */
export interface Config {
  command: (typeof commands)[number] | "help";
  host: string;
  port: number;
  /** Where the embedded database lives; unused with a `databaseUrl`. Absolute. */
  dataDir: string;
  databaseUrl?: string;
  /** Preset by the user; without it Persisto makes keys itself. */
  apiKey?: string;
  /** Whose project create-key makes a key for; the default project without it. */
  projectId?: string;
  openAI?: OpenAIConfig;
  logLevel: (typeof logLevels)[number];
}

/** How to reach OpenAI or a server that speaks its protocol; what is absent is OpenAI's default. */
export interface OpenAIConfig {
  apiKey?: string;
  baseUrl?: string;
  model?: string;
  dimensions?: number;
}

/** What `--help` prints. */
export const usage = `Usage: persisto-server [command] [options]

Commands
  serve        Serve Persisto over HTTP (default)
  sweep        Remove expired memories from the disk, and stop
  create-key   Make another API key, print it, and stop
sweep and create-key need the embedded database for themselves: stop the server first.
With DATABASE_URL they run beside it.

Options and environment (an option wins over the environment, the environment over .env)
  --port <number>    PORT                         Default 8000; 0 picks a free one
  --host <address>   HOST                         Default 127.0.0.1: this machine only
  --data-dir <path>  PERSISTO_DATA_DIR            Where the embedded database lives. Default ./.persisto
  --project <id>                                  Project of the key that create-key makes. Default: default
                     DATABASE_URL                 A Postgres with pgvector instead, e.g. postgres://user@host/db
                     PERSISTO_API_KEY             Your own API key for the default project, instead of a generated one
                     OPENAI_API_KEY               Embed with OpenAI instead of the built-in model (new stores)
                     OPENAI_BASE_URL              Another server that speaks OpenAI's protocol, with or without a key
                     OPENAI_EMBEDDING_MODEL       Default text-embedding-3-small
                     OPENAI_EMBEDDING_DIMENSIONS  Length of its vectors; required when it is not one of OpenAI's
                     PERSISTO_LOG_LEVEL           ${logLevels.join(", ")}. Default info
  --help
`;

/**
 * The configuration from `process`: arguments, environment and the `.env` of the working directory.
 * The only reader of them. @throws PersistoValidationError naming everything that is wrong.
 */
export function loadConfig(): Config {
  loadEnvFile(resolve(".env"));
  return readConfig(process.argv.slice(2), process.env);
}

/** Reads a setting; what is wrong with it is reported under its name, and the fallback taken. */
type Check = <T>(field: string, read: () => T, fallback: T) => T;

/**
 * The configuration in arguments and an environment. An empty variable is as good as none.
 * @throws PersistoValidationError naming every option and variable that is wrong, and the remedy.
 */
export function readConfig(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Config {
  const { values, positionals } = parseArguments(argv);
  const issues: FieldIssue[] = [];
  const check: Check = (field, read, fallback) => {
    try {
      return read();
    } catch (error) {
      if (!isPersistoError(error)) throw error;
      issues.push({ field, message: error.message });
      return fallback;
    }
  };
  const variable = (name: string): string | undefined => env[name]?.trim() || undefined;
  const port = values.port ?? variable("PORT");
  const databaseUrl = variable("DATABASE_URL");
  const apiKey = variable("PERSISTO_API_KEY");
  const command = values.help ? "help" : check("command", () => readCommand(positionals), "serve");
  const { project } = values;

  const config: Config = {
    command,
    host: values.host ?? variable("HOST") ?? "127.0.0.1",
    port: check(values.port === undefined ? "PORT" : "--port", () => readPort(port), 8000),
    dataDir: resolve(values["data-dir"] ?? variable("PERSISTO_DATA_DIR") ?? ".persisto"),
    logLevel: check("PERSISTO_LOG_LEVEL", () => readLogLevel(variable("PERSISTO_LOG_LEVEL")), "info"),
    ...(databaseUrl && { databaseUrl: check("DATABASE_URL", () => readDatabaseUrl(databaseUrl), "") }),
    ...(apiKey && { apiKey: check("PERSISTO_API_KEY", () => readApiKey(apiKey), "") }),
    ...(project !== undefined && { projectId: check("--project", () => readProject(project, command), "") }),
    ...readOpenAI(variable, check),
  };
  if (issues.length > 0) throw new PersistoValidationError(issues);
  return config;
}

function loadEnvFile(path: string): void {
  if (!existsSync(path)) return;
  try {
    // Leaves variables alone that are set already.
    process.loadEnvFile(path);
  } catch (cause) {
    throw new PersistoError("invalid_input", `Cannot read ${path}; make it readable or remove it.`, { cause });
  }
}

function parseArguments(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        port: { type: "string" },
        host: { type: "string" },
        "data-dir": { type: "string" },
        project: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new PersistoValidationError([{ field: "", message: `${message}. See --help.` }], { cause });
  }
}

function readCommand([name = "serve", ...rest]: readonly string[]): Config["command"] {
  const command = commands.find((known) => known === name);
  if (command === undefined) throw wrong(`unknown command ${name}; use ${commands.join(", ")}`);
  if (rest.length > 0) throw wrong(`one at a time; drop ${rest.join(" ")}`);
  return command;
}

function readProject(text: string, command: Config["command"]): string {
  if (command !== "create-key" && command !== "help") throw wrong("only create-key takes it");
  return parseInput(projectIdSchema, text);
}

/** Empty when neither a key nor another server is named: OpenAI was not chosen. */
function readOpenAI(variable: (name: string) => string | undefined, check: Check): Pick<Config, "openAI"> {
  const apiKey = variable("OPENAI_API_KEY");
  const baseUrl = variable("OPENAI_BASE_URL");
  const model = variable("OPENAI_EMBEDDING_MODEL");
  const dimensions = variable("OPENAI_EMBEDDING_DIMENSIONS");
  if (apiKey === undefined && baseUrl === undefined) {
    if (model !== undefined) check("OPENAI_EMBEDDING_MODEL", refuseWithoutServer, undefined);
    if (dimensions !== undefined) check("OPENAI_EMBEDDING_DIMENSIONS", refuseWithoutServer, undefined);
    return {};
  }
  return {
    openAI: {
      ...(apiKey && { apiKey }),
      ...(baseUrl && { baseUrl: check("OPENAI_BASE_URL", () => readBaseUrl(baseUrl), "") }),
      ...(model && { model }),
      ...(dimensions && { dimensions: check("OPENAI_EMBEDDING_DIMENSIONS", () => readDimensions(dimensions), 1) }),
    },
  };
}

function refuseWithoutServer(): never {
  throw wrong("needs OPENAI_API_KEY, or OPENAI_BASE_URL for a server without keys");
}

function readDimensions(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw wrong(`must be a whole number above 0, e.g. 768, not ${text}`);
  return Number(text);
}

function readPort(text: string | undefined): number {
  if (text === undefined) return 8000;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw wrong(`must be a whole number from 0 to 65535, not ${text}`);
  return port;
}

function readLogLevel(text = "info"): Config["logLevel"] {
  const level = logLevels.find((known) => known === text);
  if (level === undefined) throw wrong(`must be one of ${logLevels.join(", ")}`);
  return level;
}

// What follows may hold a password, so the messages do not repeat it.

function readDatabaseUrl(text: string): string {
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text)) {
    throw wrong("must look like postgres://user:password@host:5432/database; percent-encode special characters");
  }
  return text;
}

function readBaseUrl(text: string): string {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) throw wrong("must look like http://127.0.0.1:11434/v1");
  return text;
}

function readApiKey(text: string): string {
  if (!/^[\x21-\x7e]{8,}$/.test(text)) {
    throw wrong("must be at least 8 visible ASCII characters without spaces; `openssl rand -hex 32` makes a good one");
  }
  return text;
}

function wrong(message: string): PersistoError {
  return new PersistoError("invalid_input", message);
}
