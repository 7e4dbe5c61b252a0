import { languages, PersistoValidationError, type Embedder, type Language, type Reranker } from "@persisto/contract";
import { silentLog, type Log } from "./lifecycle/log.js";

/** Where memories are kept and what embeds them. `{}` keeps them in this process only. */
export interface PersistoOptions {
  /** Directory of the embedded Postgres; made if it does not exist. One process at a time. */
  dataDir?: string;
  /** A Postgres with pgvector, e.g. `postgres://user:password@localhost:5432/app`. */
  databaseUrl?: string;
  /**
   * What embeds texts; default the built-in embedder, which needs no key and no network. A store stays with
   * the embedder it was made with: of several, in order of preference, a new store takes the first and an
   * existing store its own.
   */
  embedder?: Embedder | readonly Embedder[];
  /** What puts the best hits of a query in a new order when it asks for it with `rerank`. Default: nothing. */
  reranker?: Reranker;
  /** How the words of new namespaces are stemmed; `configureNamespace` sets it for one. Default `english`. */
  language?: Language;
  /** Seconds between deletions of expired memories (invisible at once in any case). Default 60. */
  sweepIntervalSeconds?: number;
  /** Told what no caller is there to be told. */
  log?: Log;
}

/** Options with every default filled in. */
export interface ResolvedOptions {
  readonly database:
    | { readonly kind: "memory" }
    | { readonly kind: "directory"; readonly dataDir: string }
    | { readonly kind: "server"; readonly databaseUrl: string };
  /** Empty: the built-in embedder. */
  readonly embedders: readonly Embedder[];
  readonly reranker: Reranker | undefined;
  readonly language: Language;
  readonly sweepIntervalMs: number;
  readonly log: Log;
}

/** Longest that a timer of Node can run. */
const maxIntervalSeconds = 2_147_483;

/** @throws PersistoValidationError naming the option that is wrong. */
export function resolveOptions(options: PersistoOptions): ResolvedOptions {
  const { embedder = [], reranker, language = "english", sweepIntervalSeconds = 60, log = silentLog } = options;
  if (!(sweepIntervalSeconds > 0 && sweepIntervalSeconds <= maxIntervalSeconds)) {
    throw wrong("sweepIntervalSeconds", `must be a number above 0 and up to ${maxIntervalSeconds}`);
  }
  if (!languages.includes(language)) throw wrong("language", `must be one of ${languages.join(", ")}`);
  const embedders = isList(embedder) ? embedder : [embedder];
  embedders.forEach(checkEmbedder);
  return {
    database: resolveDatabase(options),
    embedders,
    reranker,
    language,
    sweepIntervalMs: sweepIntervalSeconds * 1_000,
    log,
  };
}

function resolveDatabase({ dataDir, databaseUrl }: PersistoOptions): ResolvedOptions["database"] {
  if (dataDir !== undefined && databaseUrl !== undefined) {
    throw wrong("databaseUrl", "cannot be given together with dataDir; choose one");
  }
  if (dataDir !== undefined) {
    if (typeof dataDir !== "string" || dataDir === "") throw wrong("dataDir", "must be the path of a directory");
    return { kind: "directory", dataDir };
  }
  if (databaseUrl !== undefined) {
    if (!/^postgres(ql)?:\/\//.test(databaseUrl)) throw wrong("databaseUrl", "must begin with postgres://");
    return { kind: "server", databaseUrl };
  }
  return { kind: "memory" };
}

/** pgvector's own limit for the element types in use. */
const maxDimensions = 16_000;

function checkEmbedder({ id, dimensions }: Embedder): void {
  if (typeof id !== "string" || id === "") throw wrong("embedder.id", "must be a text that names the model");
  if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > maxDimensions) {
    throw wrong("embedder.dimensions", `must be a whole number from 1 to ${maxDimensions}`);
  }
}

function isList(embedder: Embedder | readonly Embedder[]): embedder is readonly Embedder[] {
  return Array.isArray(embedder);
}

function wrong(field: string, message: string): PersistoValidationError {
  return new PersistoValidationError([{ field, message }]);
}
