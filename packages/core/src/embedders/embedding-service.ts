import { createHash } from "node:crypto";
import { isPersistoError, PersistoError, type Embedder, type EmbedOptions } from "@persisto/contract";
import { LRUCache } from "lru-cache";
import { chunkContent } from "../chunking/chunk-content.js";
import { calibrate, type Calibration } from "../retrieval/calibrate.js";
import { estimateTokens } from "./estimate-tokens.js";
import { limitConcurrency } from "./limit-concurrency.js";
import { toUnitVector, toUnitVectors } from "./unit-vectors.js";

/** What the engine uses of an embedder. Every vector has L2 norm 1. */
export interface EmbeddingService {
  readonly dimensions: number;
  /** Longest document in tokens. */
  readonly maxTokens: number;
  /** Measures what its similarities mean, by embedding some 100 short texts. @throws PersistoError embedder_failed. */
  calibrate(): Promise<Calibration>;
  /** Tokens of a text to this embedder; may err on the high side. */
  countTokens(text: string): number;
  /**
   * One vector per text, same order; [] for []. All or nothing: the first call that fails stops the others.
   * @throws PersistoError embedder_failed.
   */
  embedDocuments(texts: readonly string[]): Promise<Float32Array[]>;
  /**
   * The vector of a query, from a cache when it was asked before. One longer than `maxTokens` gets the mean of its
   * parts. @throws PersistoError embedder_failed.
   */
  embedQuery(text: string): Promise<EmbeddedQuery>;
}

/** A query's vector, and the tokens that were embedded for it: none when it was in the cache. */
export interface EmbeddedQuery {
  readonly vector: Float32Array;
  readonly tokens: number;
}

/** Limits around an embedder. */
export interface EmbeddingServiceOptions {
  /** Most calls for documents under way at a time, over all callers; queries never wait for them. Default 4. */
  concurrency?: number;
  /** Query vectors kept. Default 1,000. */
  cachedQueries?: number;
}

const DEFAULT_MAX_TOKENS = 512;
const DEFAULT_MAX_BATCH = 128;
const DEFAULT_CONCURRENCY = 4;
const DEFAULT_CACHED_QUERIES = 1_000;
/**
 * Prose has 4 to 6 characters a token, but WordPiece takes any word of more than 100 letters for one unknown token: a
 * 256 KiB text in Thai, which has no spaces, would be one token and one chunk.
 */
const MOST_CHARACTERS_PER_TOKEN = 8;

/** Normalises, batches, checks and caches around an embedder, so that an embedder only calls its model. */
export function createEmbeddingService(embedder: Embedder, options: EmbeddingServiceOptions = {}): EmbeddingService {
  const maxTokens = embedder.maxTokens ?? DEFAULT_MAX_TOKENS;
  const maxBatch = embedder.maxBatch ?? DEFAULT_MAX_BATCH;
  const limit = limitConcurrency(options.concurrency ?? DEFAULT_CONCURRENCY);
  const queries = new LRUCache<string, Promise<Float32Array>>({
    max: options.cachedQueries ?? DEFAULT_CACHED_QUERIES,
  });

  const countTokens = (text: string): number =>
    Math.max(embedder.countTokens?.(text) ?? estimateTokens(text), Math.ceil(text.length / MOST_CHARACTERS_PER_TOKEN));

  const embed = async (texts: readonly string[], embedOptions: EmbedOptions): Promise<Float32Array[]> => {
    try {
      return toUnitVectors(await embedder.embed(texts, embedOptions), texts.length, embedder);
    } catch (cause) {
      if (isPersistoError(cause)) throw cause;
      throw new PersistoError("embedder_failed", `The embedder ${embedder.id} failed; see the cause.`, { cause });
    }
  };

  const embedDocuments = async (texts: readonly string[]): Promise<Float32Array[]> => {
    const others = new AbortController();
    const { signal } = others;
    const call = async (batch: readonly string[]): Promise<Float32Array[]> => {
      signal.throwIfAborted();
      try {
        return await embed(batch, { kind: "document", signal });
      } catch (error) {
        others.abort(); // before the limiter starts the next one
        throw error;
      }
    };
    const batches = batchesOf(texts.map(normalise), maxBatch);
    return (await Promise.all(batches.map((batch) => limit(() => call(batch))))).flat();
  };

  const embedInBatches = async (texts: readonly string[], embedOptions: EmbedOptions): Promise<Float32Array[]> => {
    const vectors: Float32Array[] = [];
    for (const batch of batchesOf(texts, maxBatch)) vectors.push(...(await embed(batch, embedOptions)));
    return vectors;
  };

  const embedNewQuery = async (query: string): Promise<Float32Array> => {
    const sum = new Float32Array(embedder.dimensions);
    const parts = splitQuery(query, { countTokens, maxTokens });
    for (const part of await embedInBatches(parts, { kind: "query" })) addTo(sum, part);
    return toUnitVector(sum, embedder);
  };

  const embedQuery = async (text: string): Promise<EmbeddedQuery> => {
    const query = normalise(text);
    const key = keyOf(embedder.id, query);
    const kept = queries.get(key);
    if (kept !== undefined) return { vector: (await kept).slice(), tokens: 0 };
    const vector = embedNewQuery(query);
    queries.set(key, vector);
    vector.catch(() => queries.delete(key)); // whoever awaits the vector gets the error; the next caller tries again
    return { vector: (await vector).slice(), tokens: countTokens(query) };
  };

  const { dimensions } = embedder;
  return {
    dimensions,
    maxTokens,
    calibrate: () => calibrate({ embed: embedInBatches }),
    countTokens,
    embedDocuments,
    embedQuery,
  };
}

/** The same text in another Unicode form, or with other space around it, gets the same vector. */
function normalise(text: string): string {
  return text.normalize("NFC").trim();
}

function splitQuery(query: string, size: { countTokens(text: string): number; maxTokens: number }): string[] {
  if (size.countTokens(query) <= size.maxTokens) return [query];
  return chunkContent(query, { ...size, overlapTokens: 0 });
}

function addTo(sum: Float32Array, vector: Float32Array): void {
  vector.forEach((value, index) => {
    sum[index] = (sum[index] ?? 0) + value;
  });
}

function batchesOf(texts: readonly string[], size: number): string[][] {
  const batches: string[][] = [];
  for (let start = 0; start < texts.length; start += size) batches.push(texts.slice(start, start + size));
  return batches;
}

/** A digest, so that a thousand queries of up to 32 KiB are not kept in memory. */
function keyOf(embedderId: string, query: string): string {
  return createHash("sha256")
    .update(JSON.stringify([embedderId, "query", query]))
    .digest("base64");
}
