import {
  PersistoValidationError,
  type Embedder,
  type Language,
  type Reranker,
  type RetrievalProfile,
} from "@persisto/contract";
import {
  parseInput,
  profileNames,
  storeDefaults,
  storeSettingsSchema,
  type StoreSettings,
} from "@persisto/contract/http";
import { silentLog, type Log } from "./lifecycle/log.js";

/** Where memories are kept and what embeds them. `{}` keeps them in this process only. */
export interface PersistoOptions {
  /** Directory of the embedded Postgres; made if it does not exist. One process at a time. */
  dataDir?: string;
  /** A Postgres with pgvector, e.g. `postgres://user:password@localhost:5432/app`. */
  databaseUrl?: string;
  /** Most connections to `databaseUrl` at a time; more calls wait for one. Default 5 to 10, by the processors. */
  poolSize?: number;
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
  /** Retrieval profiles of your own by name, which queries give as `mode`; strict, fuzzy and recency are taken. */
  profiles?: Readonly<Record<string, Omit<RetrievalProfile, "name">>>;
  /** The profile of queries that name none. Default `strict`. */
  defaultProfile?: string;
  /** Seconds until a memory expires whose save does not say; null for never. Default null. */
  defaultTtlSeconds?: number | null;
  /**
   * The same by namespace, before `defaultTtlSeconds`: the first pattern that matches, in which `*` stands for any text,
   * e.g. `{ "session:*": 3600 }`. JavaScript puts keys that are whole numbers before all others.
   */
  namespaceTtlSeconds?: Readonly<Record<string, number | null>>;
  /** What is kept of queries, and how long. */
  history?: HistoryOptions;
  /** Seconds between deletions of what has expired (expired memories are invisible at once in any case). Default 60. */
  sweepIntervalSeconds?: number;
  /** Told what no caller is there to be told. */
  log?: Log;
}

/** What the query history keeps, from now on: earlier entries stay as they are until they are too old. */
export interface HistoryOptions {
  /** Of a query's text and filters: both, a keyed hash of the text (`sha256:...`), or nothing. Default `text`. */
  store?: "text" | "hash" | "nothing";
  /** Days after which an entry is deleted; null for never. Default null. */
  retentionDays?: number | null;
}

/** Options with every default filled in. */
export interface ResolvedOptions {
  readonly database:
    | { readonly kind: "memory" }
    | { readonly kind: "directory"; readonly dataDir: string }
    | { readonly kind: "server"; readonly databaseUrl: string; readonly poolSize?: number };
  /** Empty: the built-in embedder. */
  readonly embedders: readonly Embedder[];
  readonly reranker: Reranker | undefined;
  readonly settings: StoreSettings;
  readonly sweepIntervalMs: number;
  readonly log: Log;
}

/** Far more than one Postgres is asked to serve. */
const maxPoolSize = 1_000;

/** Longest that a timer of Node can run. */
const maxIntervalSeconds = 2_147_483;

/** @throws PersistoValidationError naming the option that is wrong. */
export function resolveOptions(options: PersistoOptions): ResolvedOptions {
  const { embedder = [], reranker, sweepIntervalSeconds = 60, log = silentLog } = options;
  if (!(sweepIntervalSeconds > 0 && sweepIntervalSeconds <= maxIntervalSeconds)) {
    throw wrong("sweepIntervalSeconds", `must be a number above 0 and up to ${maxIntervalSeconds}`);
  }
  const embedders = isList(embedder) ? embedder : [embedder];
  embedders.forEach(checkEmbedder);
  return {
    database: resolveDatabase(options),
    embedders,
    reranker,
    settings: resolveSettings(options),
    sweepIntervalMs: sweepIntervalSeconds * 1_000,
    log,
  };
}

function resolveSettings(options: PersistoOptions): StoreSettings {
  const { language, profiles, defaultProfile, defaultTtlSeconds, namespaceTtlSeconds, history } = options;
  const settings = parseInput(storeSettingsSchema, {
    ...storeDefaults,
    ...given({ language, profiles, defaultProfile, defaultTtlSeconds, namespaceTtlSeconds }),
    history: { ...storeDefaults.history, ...given(history ?? {}) },
  });
  const names = profileNames(settings.profiles);
  if (!names.includes(settings.defaultProfile)) throw wrong("defaultProfile", `must be one of ${names.join(", ")}`);
  return settings;
}

/** Without what is undefined, which does not win over a default. */
function given(options: object): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function resolveDatabase({ dataDir, databaseUrl, poolSize }: PersistoOptions): ResolvedOptions["database"] {
  if (dataDir !== undefined && databaseUrl !== undefined) {
    throw wrong("databaseUrl", "cannot be given together with dataDir; choose one");
  }
  if (poolSize !== undefined && !(Number.isInteger(poolSize) && poolSize >= 1 && poolSize <= maxPoolSize)) {
    throw wrong("poolSize", `must be a whole number from 1 to ${maxPoolSize}`);
  }
  if (poolSize !== undefined && databaseUrl === undefined) throw wrong("poolSize", "needs databaseUrl");
  if (dataDir !== undefined) {
    if (typeof dataDir !== "string" || dataDir === "") throw wrong("dataDir", "must be the path of a directory");
    return { kind: "directory", dataDir };
  }
  if (databaseUrl !== undefined) {
    if (!/^postgres(ql)?:\/\//.test(databaseUrl)) throw wrong("databaseUrl", "must begin with postgres://");
    return { kind: "server", databaseUrl, ...(poolSize !== undefined && { poolSize }) };
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
