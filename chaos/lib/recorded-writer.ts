import { PersistoClient } from "@persisto/client";
import { isPersistoError } from "@persisto/contract";
import { contentOf } from "./content-of.js";
import type { Fate, Ledger } from "./ledger.js";

/** Whom a writer writes to, and how. */
export interface WriterOptions {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly ledger: Ledger;
  readonly namespace: string;
  readonly maxRetries: number;
  /** Whether writes carry an Idempotency-Key, as the client's do. Default true. */
  readonly sendsKey?: boolean;
  readonly timeoutMs?: number;
  /** Told of every answer, also of those that the client tries again after. */
  readonly onAnswer?: (answer: SeenAnswer) => void;
}

/** An answer, as far as it is looked at. */
export interface SeenAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
}

/** Saves one operation after the other and settles each in the ledger. */
export interface RecordedWriter {
  save(operation: string): Promise<Fate>;
}

/** What became of one try of a request: its status, or that nothing came, or nobody knows. */
type Try = number | "never sent" | "no answer";

/** A writer over PersistoClient, which sees every try below the client's own retries. One save at a time. */
export function createRecordedWriter(options: WriterOptions): RecordedWriter {
  const { baseUrl, apiKey, ledger, namespace, maxRetries, sendsKey = true, timeoutMs = 60_000, onAnswer } = options;
  let tries: Try[] = [];

  const recordedFetch: typeof fetch = async (input, init) => {
    const headers = new Headers(init?.headers);
    if (!sendsKey) headers.delete("Idempotency-Key");
    try {
      const response = await fetch(input, { ...init, headers });
      // An answer that is cut off is none.
      const text = await response.text();
      tries.push(text.includes('"outcome_unknown":true') ? "no answer" : response.status);
      onAnswer?.({ status: response.status, retryAfter: response.headers.get("Retry-After") });
      return new Response(text, { status: response.status, headers: response.headers });
    } catch (error) {
      tries.push(wasRefusedByKernel(error) ? "never sent" : "no answer");
      throw error;
    }
  };
  const client = new PersistoClient({ apiKey, baseUrl, maxRetries, timeoutMs, fetch: recordedFetch });

  async function fateOf(operation: string): Promise<Fate> {
    try {
      const saved = await client.save({ namespace, content: contentOf(operation), metadata: { operation } });
      return { kind: "acknowledged", id: saved.id, chunks: saved.chunks };
    } catch (error) {
      if (!isPersistoError(error)) throw error;
      // Also a save that was refused in the end may have been done by a try whose answer was lost.
      const isKnown = tries.every((it) => it === "never sent" || (it !== "no answer" && it >= 400));
      return { kind: isKnown && error.code !== "idempotency_in_progress" ? "refused" : "unknown", code: error.code };
    }
  }

  return {
    async save(operation) {
      tries = [];
      ledger.open(operation);
      const fate = await fateOf(operation);
      ledger.settle(operation, fate);
      return fate;
    },
  };
}

/** Nobody listened, so nothing was sent. */
function wasRefusedByKernel(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "code" in cause && cause.code === "ECONNREFUSED";
}
