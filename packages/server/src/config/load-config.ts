import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { PersistoError, PersistoValidationError, type FieldIssue } from "@persisto/contract";
import type { Config } from "./config.js";
import { describeConfig } from "./describe-config.js";
import { readArguments } from "./read-arguments.js";
import { readConfigFile } from "./read-config-file.js";
import { resolveConfig } from "./resolve-config.js";

/** What reading the configuration is told beside it. */
export interface ReadOptions {
  /** The variables that stand in `.env` alone. */
  fromEnvFile?: ReadonlySet<string>;
  /** What is wrong with the models, which only those know who open them. */
  modelIssues?: (config: Config) => readonly FieldIssue[];
}

/** A configuration, and the same in lines for people. */
export interface LoadedConfig {
  config: Config;
  /** Every setting with its value, secrets hidden, and where it came from. */
  description: string;
}

/**
 * The configuration from arguments and `process`: environment, the `.env` of the working directory, and the file.
 * The only reader of them. @throws PersistoValidationError naming everything that is wrong.
 */
export function loadConfig({
  argv,
  modelIssues,
}: Pick<ReadOptions, "modelIssues"> & { argv: readonly string[] }): LoadedConfig {
  const before = new Set(Object.keys(process.env));
  loadEnvFile(resolve(".env"));
  const fromEnvFile = new Set(Object.keys(process.env).filter((name) => !before.has(name)));
  return read(argv, process.env, { fromEnvFile, ...(modelIssues && { modelIssues }) });
}

/**
 * The configuration in arguments, an environment and the file that they name. An empty variable is as good as none.
 * @throws PersistoValidationError naming every option, variable and field of the file that is wrong, and the remedy.
 */
export function readConfig(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Config {
  return read(argv, env).config;
}

/** The same, with its description. */
export function read(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  { fromEnvFile = new Set(), modelIssues = () => [] }: ReadOptions = {},
): LoadedConfig {
  const args = readArguments(argv);
  // Help is for those whose configuration is wrong, too.
  const isHelp = args.command === "help";
  const file = isHelp ? null : readConfigFile(args.options.config ?? (env["PERSISTO_CONFIG"]?.trim() || undefined));
  const { config, effective, issues } = resolveConfig(args, { env: isHelp ? {} : env, fromEnvFile, file });
  // Models are opened with the whole configuration; without it they would be missed what is told already.
  const allIssues =
    issues.some(({ field }) => isOfModels(field)) || isHelp ? issues : [...issues, ...modelIssues(config)];
  if (allIssues.length > 0) throw new PersistoValidationError(allIssues);
  return { config, description: describeConfig(effective) };
}

function isOfModels(field: string): boolean {
  return /^(embedder|reranker|OPENAI|PERSISTO_(EMBEDDER|RERANKER))/.test(field);
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
