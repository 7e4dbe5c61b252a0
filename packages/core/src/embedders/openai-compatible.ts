import { once } from "node:events";
import { PersistoError, type Embedder } from "@persisto/contract";
import { createOpenAIClient, type OpenAIClient } from "./openai-client.js";
import { toEmbedderError } from "./openai-error.js";
import { readVectors } from "./openai-response.js";

/** How to reach OpenAI or a server that speaks its `/v1/embeddings` (Ollama, vLLM, LiteLLM, ...). */
export interface OpenAICompatibleOptions {
  apiKey: string;
  /** Where the server's `/embeddings` is below, e.g. `http://127.0.0.1:11434/v1`. Default: OpenAI. */
  baseUrl?: string;
  /** Default `text-embedding-3-small`. */
  model?: string;
  /** Length of the vectors. Default: that of OpenAI's model; required for others. text-embedding-3 can give fewer. */
  dimensions?: number;
  /** Name of the vector space, when the one made from server, model and dimensions does not tell it apart. */
  id?: string;
  /** Longest one `embed` may take, its retries and waits included. Default 30,000. */
  timeoutMs?: number;
  /** Tries after the first on 408, 409, 429, 5xx and lost connections, 0.5 s apart and doubling. Default 2. */
  maxRetries?: number;
}

const OPENAI_URL = "https://api.openai.com/v1";
const DEFAULT_MODEL = "text-embedding-3-small";
const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_MAX_RETRIES = 2;
/** The models take 8,192, but a request only 300,000 over all its texts: 128 texts of this length. */
const OPENAI_MAX_TOKENS = 2_048;
const OPENAI_MAX_BATCH = 128;

interface KnownModel {
  readonly dimensions: number;
  /** Whether the server can be asked for shorter vectors. */
  readonly shortens: boolean;
  readonly noiseSimilarity?: number;
}

/**
 * Noise of text-embedding-3: questions foreign to an article measure 0.08 with large (afurmanov.com,
 * chunk-size-embedding-similarity), off-topic questions to an exercise 0.20-0.25 with small (community.openai.com
 * 1377685). In between; not measured by us.
 */
const TEXT_EMBEDDING_3_NOISE = 0.15;

const knownModels: ReadonlyMap<string, KnownModel> = new Map([
  ["text-embedding-3-small", { dimensions: 1536, shortens: true, noiseSimilarity: TEXT_EMBEDDING_3_NOISE }],
  ["text-embedding-3-large", { dimensions: 3072, shortens: true, noiseSimilarity: TEXT_EMBEDDING_3_NOISE }],
  ["text-embedding-ada-002", { dimensions: 1536, shortens: false }],
]);

/**
 * An embedder over OpenAI's API, through the `openai` package, which is loaded at the first `embed`. That package
 * retries 408, 409, 429, 5xx and lost connections and obeys Retry-After; an answer cut off half-way and a Retry-After
 * beyond `timeoutMs` are seen to here. Aborting `signal` rejects with its reason.
 * @throws PersistoError invalid_input for options that cannot work. `embed`: embedder_failed (retryable on 429, 5xx,
 * timeouts and lost connections), never with the key or a text in it.
 */
export function openAICompatible(options: OpenAICompatibleOptions): Embedder {
  const { apiKey, baseUrl = OPENAI_URL, model = DEFAULT_MODEL, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const known = knownModels.get(model);
  const host = hostOf(baseUrl);
  const dimensions = checkDimensions(options.dimensions ?? known?.dimensions, model);
  if (apiKey === "") throw new PersistoError("invalid_input", `apiKey is empty; ${host} needs one (Ollama takes any).`);
  const provider = host === hostOf(OPENAI_URL) ? "openai" : "openai-compatible";
  const shortened = known?.shortens === true && dimensions !== known.dimensions ? { dimensions } : {};
  let client: Promise<OpenAIClient> | undefined;
  const connect = (): Promise<OpenAIClient> =>
    createOpenAIClient({ apiKey, baseUrl, timeoutMs, maxRetries: options.maxRetries ?? DEFAULT_MAX_RETRIES });

  return {
    id: options.id ?? `${provider}/${model};d=${dimensions}`,
    dimensions,
    ...(known && { maxTokens: OPENAI_MAX_TOKENS }),
    ...(known?.noiseSimilarity !== undefined && { noiseSimilarity: known.noiseSimilarity }),
    maxBatch: OPENAI_MAX_BATCH,
    embed: async (texts, { signal }) => {
      if (texts.length === 0) return [];
      signal?.throwIfAborted();
      const { embeddings } = await (client ??= connect().catch((error: unknown) => {
        client = undefined; // it may be installed by the next call
        throw error;
      }));
      const deadline = AbortSignal.timeout(timeoutMs);
      const stop = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
      // float: compatible servers often lack base64, the package's default
      const request = { model, input: [...texts], encoding_format: "float" as const, ...shortened };
      try {
        const answer: unknown = await Promise.race([embeddings.create(request, { signal: stop }), untilAborted(stop)]);
        return readVectors(answer, texts.length);
      } catch (error) {
        if (signal?.aborted) throw signal.reason;
        throw toEmbedderError(error, { host, model, timeoutMs: deadline.aborted ? timeoutMs : undefined });
      }
    },
  };
}

/** Raced with the call, because the package's wait before a retry does not end when the signal aborts. */
async function untilAborted(signal: AbortSignal): Promise<never> {
  await once(signal, "abort");
  throw signal.reason;
}

/** Without the path and the credentials a URL may carry, since it goes into messages. */
function hostOf(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new PersistoError("invalid_input", "baseUrl must be an http or https URL such as http://127.0.0.1:11434/v1.");
  }
  return url.host;
}

function checkDimensions(dimensions: number | undefined, model: string): number {
  if (dimensions !== undefined && Number.isInteger(dimensions) && dimensions > 0) return dimensions;
  throw new PersistoError(
    "invalid_input",
    dimensions === undefined
      ? `dimensions is required for the model ${model}: the length of the vectors it gives.`
      : "dimensions must be a whole number above 0.",
  );
}
