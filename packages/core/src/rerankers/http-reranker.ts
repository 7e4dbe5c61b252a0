import type { Reranker } from "@persisto/contract";
import { callDefaults, callProvider } from "../providers/call-provider.js";
import { hostOf } from "../providers/host-of.js";
import { readScores } from "./read-scores.js";

/** How to reach a server with a `/rerank` endpoint. */
export interface HttpRerankerOptions {
  /** Where the server's `/rerank` is below, e.g. `https://api.cohere.com/v2` or `http://127.0.0.1:8000/v1`. */
  baseUrl: string;
  model: string;
  /** Sent as a bearer token; leave it out for a server without keys. */
  apiKey?: string;
  /** `cohere` is also what Jina, Voyage, vLLM and LiteLLM speak; `tei` is Text Embeddings Inference. Default `cohere`. */
  dialect?: "cohere" | "tei";
  /** Default `host/model`. */
  id?: string;
  /** Most passages in one request. Default 128, for `tei` its own default of 32. */
  maxBatch?: number;
  /** Longest one `rerank` may take, its retries and waits included. Default 30,000. */
  timeoutMs?: number;
  /** Tries after the first on 408, 409, 429, 5xx and lost connections, 0.5 s apart and doubling. Default 2. */
  maxRetries?: number;
}

const TEI_MAX_BATCH = 32;

/**
 * A reranker over HTTP. Retry-After is obeyed when there is so much time. Aborting `signal` rejects with its reason.
 * @throws PersistoError invalid_input for a baseUrl that is none. `rerank`: reranker_failed (retryable on 429, 5xx,
 * timeouts and lost connections), never with the key or a text in it.
 */
export function httpReranker(options: HttpRerankerOptions): Reranker {
  const { baseUrl, model, apiKey, dialect = "cohere" } = options;
  const { timeoutMs = callDefaults.timeoutMs, maxRetries = callDefaults.maxRetries } = options;
  const host = hostOf(baseUrl, "https://api.cohere.com/v2");
  const maxBatch = options.maxBatch ?? (dialect === "tei" ? TEI_MAX_BATCH : undefined);
  const headers = { "content-type": "application/json", ...(apiKey && { authorization: `Bearer ${apiKey}` }) };

  return {
    id: options.id ?? `${host}/${model}`,
    ...(maxBatch !== undefined && { maxBatch }),
    rerank: async (query, passages, { signal }) => {
      if (passages.length === 0) return [];
      const body = JSON.stringify(
        dialect === "tei" ? { query, texts: passages, truncate: true } : { model, query, documents: passages },
      );
      const answer: unknown = await callProvider(
        async (stop) => {
          const response = await fetch(`${baseUrl.replace(/\/+$/, "")}/rerank`, {
            method: "POST",
            headers,
            body,
            signal: stop,
          });
          if (!response.ok) throw await toFailedAnswer(response);
          return response.json();
        },
        { provider: { code: "reranker_failed", host, model }, timeoutMs, maxRetries, signal },
      );
      return readScores(answer, passages.length);
    },
  };
}

/** What the error is made of; the rest of the body is read only to free the connection. */
async function toFailedAnswer({ status, headers, body }: Response): Promise<Error> {
  await body?.cancel();
  return Object.assign(new Error("answered"), { status, headers });
}
