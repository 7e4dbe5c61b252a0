import { PersistoError, type Embedder } from "@persisto/contract";
import { callDefaults, callProvider } from "../providers/call-provider.js";
import { hostOf } from "../providers/host-of.js";
import { createOpenAIClient, type OpenAIClient } from "./openai-client.js";
import { readVectors } from "./openai-response.js";

/** How to reach OpenAI or a server that speaks its `/v1/embeddings` (Ollama, vLLM, LiteLLM, ...). */
export interface OpenAICompatibleOptions {
  /** Required by OpenAI; servers that need none get `none`. */
  apiKey?: string;
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
const URL_EXAMPLE = "http://127.0.0.1:11434/v1";
/** For servers without keys, because OpenAI's package insists on one. */
const NO_API_KEY = "none";
/** The models take 8,192, but a request only 300,000 over all its texts: 128 texts of this length. */
const OPENAI_MAX_TOKENS = 2_048;
const OPENAI_MAX_BATCH = 128;

interface KnownModel {
  readonly dimensions: number;
  /** Whether the server can be asked for shorter vectors. */
  readonly shortens: boolean;
}

const knownModels: ReadonlyMap<string, KnownModel> = new Map([
  ["text-embedding-3-small", { dimensions: 1536, shortens: true }],
  ["text-embedding-3-large", { dimensions: 3072, shortens: true }],
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
  const { baseUrl = OPENAI_URL, model = DEFAULT_MODEL, timeoutMs = callDefaults.timeoutMs } = options;
  const known = knownModels.get(model);
  const host = hostOf(baseUrl, URL_EXAMPLE);
  const provider = host === hostOf(OPENAI_URL, URL_EXAMPLE) ? "openai" : "openai-compatible";
  const dimensions = checkDimensions(options.dimensions ?? known?.dimensions, model);
  const apiKey = options.apiKey ?? (provider === "openai" ? "" : NO_API_KEY);
  if (apiKey === "") {
    const remedy = provider === "openai" ? `${host} needs one` : "leave it out for a server without keys";
    throw new PersistoError("invalid_input", `apiKey is empty; ${remedy}.`);
  }
  const shortened = known?.shortens === true && dimensions !== known.dimensions ? { dimensions } : {};
  let client: Promise<OpenAIClient> | undefined;
  const connect = (): Promise<OpenAIClient> =>
    createOpenAIClient({ apiKey, baseUrl, timeoutMs, maxRetries: options.maxRetries ?? callDefaults.maxRetries });

  return {
    id: options.id ?? `${provider}/${model};d=${dimensions}`,
    dimensions,
    ...(known && { maxTokens: OPENAI_MAX_TOKENS }),
    maxBatch: OPENAI_MAX_BATCH,
    embed: async (texts, { signal }) => {
      if (texts.length === 0) return [];
      signal?.throwIfAborted();
      const { embeddings } = await (client ??= connect().catch((error: unknown) => {
        client = undefined; // it may be installed by the next call
        throw error;
      }));
      // float: compatible servers often lack base64, the package's default
      const request = { model, input: [...texts], encoding_format: "float" as const, ...shortened };
      const answer: unknown = await callProvider((stop) => embeddings.create(request, { signal: stop }), {
        provider: { code: "embedder_failed", host, model },
        timeoutMs,
        maxRetries: 0, // the package's own
        signal,
      });
      return readVectors(answer, texts.length);
    },
  };
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
