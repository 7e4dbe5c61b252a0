import type { OpenAI } from "openai";
import { loadPeer } from "../providers/load-peer.js";
import { retryAfterSeconds } from "../providers/retry-after.js";

/** What is used of the `openai` package's client. */
export type OpenAIClient = Pick<OpenAI, "embeddings">;

/** How the client is made. */
export interface OpenAIClientOptions {
  apiKey: string;
  baseUrl: string;
  timeoutMs: number;
  maxRetries: number;
  /** Loads the package; the tests pass one that is not installed. */
  load?: () => Promise<{ OpenAI: typeof OpenAI }>;
}

/**
 * Loads the `openai` package, an optional peer, and makes its client.
 * @throws PersistoError embedder_failed, not retryable, when it is not installed.
 */
export async function createOpenAIClient(options: OpenAIClientOptions): Promise<OpenAIClient> {
  const openai = await loadPeer("openai", options.load ?? (() => import("openai")));
  return new openai.OpenAI({
    apiKey: options.apiKey,
    baseURL: options.baseUrl,
    // The package would read these from the environment: OPENAI_ORG_ID, OPENAI_PROJECT_ID, and OPENAI_LOG, which
    // writes the texts to the console.
    organization: null,
    project: null,
    logLevel: "off",
    timeout: options.timeoutMs,
    maxRetries: options.maxRetries,
    fetch: (url, init) => fetchWhole(new Request(url, init), options.timeoutMs),
  });
}

/**
 * Reads the body within the attempt, because the package ends its timeout and its retries at the headers. Tells it not
 * to retry when the server asks for a longer wait than there is time, because it would wait, for hours if so told.
 */
async function fetchWhole(request: Request, longestWaitMs: number): Promise<Response> {
  const response = await fetch(request);
  const body = response.body === null ? null : await response.arrayBuffer();
  const headers = new Headers(response.headers);
  if ((retryAfterSeconds(headers) ?? 0) * 1000 > longestWaitMs) headers.set("x-should-retry", "false");
  return new Response(body, { status: response.status, statusText: response.statusText, headers });
}
