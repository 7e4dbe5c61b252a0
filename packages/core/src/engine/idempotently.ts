import { createHash, randomUUID } from "node:crypto";
import { PersistoError, type JsonValue } from "@persisto/contract";
import type { Claim, Completion } from "../store/store.js";
import type { Engine } from "./engine.js";

/** A write that can be repeated without being done twice. */
export interface IdempotentWrite<Stored, Result> {
  /** The verb. */
  readonly name: string;
  /** Seconds after which somebody else may take over; default two minutes. */
  readonly leaseSeconds?: number;
  /** Checked; another one under the same key is refused. */
  readonly input: object;
  /** Does it. A completion is to be given to the store with the write itself. */
  write(completion: Completion<Stored> | null): Promise<Result>;
  /** What is kept to answer a repetition with: no content, which may be erased meanwhile. */
  answerOf(stored: Stored): JsonValue;
  /** The result from what was kept. */
  replay(answer: JsonValue): Result | Promise<Result>;
}

/**
 * Does a write once, however often its request comes with the same key: a repetition gets the first answer.
 * @throws PersistoError idempotency_in_progress while the first is under way, idempotency_mismatch when the key was
 * used for another request.
 */
export async function idempotently<Stored, Result>(
  { scope, store, idempotency }: Engine,
  { name, leaseSeconds = 120, input, write, answerOf, replay }: IdempotentWrite<Stored, Result>,
): Promise<Result> {
  if (idempotency === null) return write(null);
  const claim: Claim = {
    keyHash: sha256(idempotency.key),
    fingerprint: sha256(`${name} ${canonicalJson(input)}`),
    attempt: randomUUID(),
    leaseSeconds,
  };
  const outcome = await store.claimKey(scope, claim);
  switch (outcome.kind) {
    case "claimed":
      return doOnce();
    case "done":
      idempotency.onReplay();
      return replay(outcome.answer);
    case "in progress":
      throw new PersistoError("idempotency_in_progress", "A request with this Idempotency-Key is under way.", {
        details: { retryAfterSeconds: 1 },
      });
    case "another request":
      throw new PersistoError(
        "idempotency_mismatch",
        "This Idempotency-Key was used for another request; take a new one.",
      );
  }

  async function doOnce(): Promise<Result> {
    try {
      return await write({ claim, answerOf });
    } catch (error) {
      // If this fails too, the claim ends by itself.
      await store.releaseKey(scope, claim).catch(() => undefined);
      throw error;
    }
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** JSON with the keys of objects in order, so that the same value is the same text. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
