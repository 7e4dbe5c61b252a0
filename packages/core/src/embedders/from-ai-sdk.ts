import { createHash } from "node:crypto";
import { PersistoError, type Embedder, type JsonValue } from "@persisto/contract";
import { callDefaults, callProvider } from "../providers/call-provider.js";
import { limitConcurrency, type Limiter } from "./limit-concurrency.js";
import { makeEmbedder, type EmbedderOptions } from "./make-embedder.js";
import { toVectors } from "./to-vector.js";

/** What is used of an embedding model of Vercel's AI SDK, of version 2, 3 or 4 of its provider specification. */
export interface AiSdkEmbeddingModel {
  readonly specificationVersion: "v2" | "v3" | "v4";
  readonly provider: string;
  readonly modelId: string;
  readonly maxEmbeddingsPerCall: PromiseLike<number | undefined> | number | undefined;
  readonly supportsParallelCalls: PromiseLike<boolean> | boolean;
  doEmbed(options: {
    values: string[];
    abortSignal?: AbortSignal;
    providerOptions?: AiSdkProviderOptions;
  }): PromiseLike<{ embeddings: number[][] }>;
}

/** Options of a provider under its name, e.g. `{ openai: { dimensions: 256 } }`. */
export type AiSdkProviderOptions = Record<string, Record<string, JsonValue>>;

/** How to use a model of the AI SDK. */
export interface FromAiSdkOptions extends EmbedderOptions {
  /** What the provider is told with documents and with queries, e.g. their task types. A digest becomes part of the id. */
  providerOptions?: { document?: AiSdkProviderOptions; query?: AiSdkProviderOptions };
  /** Longest one `embed` may take, its retries and waits included. Default 30,000. */
  timeoutMs?: number;
  /** Tries after the first on 408, 409, 429, 5xx and lost connections, 0.5 s apart and doubling. Default 2. */
  maxRetries?: number;
}

const MOST_PER_CALL = 128;

/**
 * An embedder over a model object of Vercel's AI SDK, e.g. `openai.embedding("text-embedding-3-small")`. Its id is
 * `provider/modelId;d=dimensions`.
 * @throws PersistoError invalid_input for anything else, such as the name of a model. `embed`: embedder_failed.
 */
export async function fromAiSdk(model: AiSdkEmbeddingModel, options: FromAiSdkOptions = {}): Promise<Embedder> {
  checkModel(model);
  const { providerOptions, timeoutMs = callDefaults.timeoutMs, maxRetries = callDefaults.maxRetries } = options;
  const { provider, modelId } = model;
  const limit: Limiter = (await model.supportsParallelCalls) ? (task) => task() : limitConcurrency(1);

  return makeEmbedder(
    {
      name: `${provider}/${modelId}`,
      traits: providerOptions === undefined ? [] : [`options=${digest(providerOptions)}`],
      maxBatch: Math.min((await model.maxEmbeddingsPerCall) ?? MOST_PER_CALL, MOST_PER_CALL),
      embed: async (texts, { kind, signal }) => {
        const more = providerOptions?.[kind];
        const attempt = async (abortSignal: AbortSignal): Promise<Float32Array[]> => {
          const request = { values: [...texts], abortSignal, ...(more && { providerOptions: more }) };
          const { embeddings } = await limit(async () => model.doEmbed(request)).catch(rethrowAnswer);
          return toVectors(embeddings);
        };
        const name = { code: "embedder_failed", host: provider, model: modelId } as const;
        return callProvider(attempt, { provider: name, timeoutMs, maxRetries, signal });
      },
    },
    options,
  );
}

function checkModel(model: unknown): void {
  const isModel = typeof model === "object" && model !== null && "doEmbed" in model && "specificationVersion" in model;
  if (isModel && /^v[234]$/.test(String(model.specificationVersion))) return;
  const found = typeof model === "string" ? "the name of a model" : "something else";
  const wanted =
    'an embedding model object of the AI SDK 5, 6 or 7, such as openai.embedding("text-embedding-3-small")';
  throw new PersistoError("invalid_input", `fromAiSdk takes ${wanted}; it was given ${found}.`);
}

/**
 * The AI SDK's errors have the answer under names of their own; one that may be retried without an answer is a lost
 * connection. Others, such as a key that is not set, have a remedy of the SDK's and are kept as the cause.
 */
function rethrowAnswer(error: unknown): never {
  const { statusCode, responseHeaders, isRetryable } = Object(error) as Partial<Record<string, unknown>>;
  if (typeof statusCode === "number") {
    const headers = new Headers(responseHeaders as Record<string, string> | undefined);
    throw Object.assign(new Error("answered"), { status: statusCode, headers });
  }
  if (isRetryable === true) throw error;
  const message = "The AI SDK's model failed; see the cause.";
  throw new PersistoError("embedder_failed", message, { retryable: false, cause: error });
}

function digest(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 8);
}
