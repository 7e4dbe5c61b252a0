import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { PersistoAuthError, type Actor, type Principal } from "@persisto/contract";
import { LRUCache } from "lru-cache";
import type { AccessStore, StoredApiKey } from "../store/access-store.js";
import { readApiKey, type KeyKind } from "./api-key-format.js";

/** Finds out whose a key is. */
export interface ApiKeyVerifier {
  /** What the store keeps of a key. */
  hashOf(key: string): string;
  /**
   * Who the key belongs to. It may have ceased to up to a second ago.
   * @throws PersistoAuthError unauthorized when malformed, forbidden when unknown, revoked or expired.
   */
  verify(key: string): Promise<Principal>;
  /** The same of a key that is known by its id, as tokens know theirs. */
  verifyId(id: string): Promise<Principal>;
  /** Has the key with the id looked up when it is next used. */
  forget(id: string): void;
  /** Writes down when keys were used. */
  flushUses(): Promise<void>;
}

/** How long a key is taken for what it was: a server looks up one key a second instead of one a request. */
const maxAgeMs = 1_000;

/** Keys in use within that time; one more only costs a look-up. */
const capacity = 10_000;

/** A key as it was when it was last looked up. */
interface Known {
  readonly hash: Buffer;
  readonly principal: Principal;
  readonly state: StoredApiKey["state"];
  readonly askedAt: number;
}

/** A verifier over a store, which also keeps the secret that keys the hashes. */
export async function createApiKeyVerifier(
  store: Pick<AccessStore, "findKey" | "findOperatorKey" | "noteKeyUse" | "setting">,
  { now = () => performance.now() }: { now?: () => number } = {},
): Promise<ApiKeyVerifier> {
  const hashSecret = await store.setting("api_key_hash_secret", randomBytes(32).toString("hex"));
  const digest = (key: string): Buffer => createHmac("sha256", hashSecret).update(key).digest();
  /** Compared with when there is no key, so that an unknown id takes as long as a wrong secret. */
  const noHash = digest(randomBytes(32).toString("hex"));
  const known = new LRUCache<string, Known>({ max: capacity });
  const lastUses = new Map<string, number>();

  /** The key as it was within the last second; null for an unknown one. */
  async function look(id: string, kind: KeyKind): Promise<Known | null> {
    const remembered = known.get(id);
    const askedAt = now();
    if (remembered !== undefined && askedAt - remembered.askedAt < maxAgeMs) return remembered;
    const found = kind === "operator" ? await findOperator(id) : await findKey(id);
    // As old as the question: the key may have ended while it was answered.
    return found && { ...found, askedAt };
  }

  async function findKey(id: string): Promise<Omit<Known, "askedAt"> | null> {
    const stored = await store.findKey(id);
    if (stored === null) return null;
    const { projectId, scopes, namespaces, state } = stored;
    const principal: Principal = { actor: { kind: "key", id }, projectId, scopes, namespaces, filters: null };
    return { hash: Buffer.from(stored.hash, "hex"), principal, state };
  }

  async function findOperator(id: string): Promise<Omit<Known, "askedAt"> | null> {
    const stored = await store.findOperatorKey(id);
    if (stored === null) return null;
    const actor: Actor = { kind: "operator", id };
    const principal: Principal = { actor, projectId: null, scopes: [], namespaces: [], filters: null };
    return { hash: Buffer.from(stored.hash, "hex"), principal, state: "active" };
  }

  /** Lets a key pass that works, and remembers it. */
  function admit(entry: Known): Principal {
    const { principal, state } = entry;
    if (state !== "active") {
      throw new PersistoAuthError(`This API key has ${state === "revoked" ? "been revoked" : "expired"}.`, {
        code: "forbidden",
      });
    }
    const { id, kind } = principal.actor;
    known.set(id, entry);
    if (kind === "key") lastUses.set(id, now());
    return principal;
  }

  return {
    hashOf: (key) => digest(key).toString("hex"),
    async verify(key) {
      const parts = readApiKey(key);
      if (parts === null) throw new PersistoAuthError("The API key is malformed; it looks like psto_live_...");
      const found = await look(parts.id, parts.kind);
      const isRight = timingSafeEqual(digest(key), found?.hash ?? noHash);
      if (found === null || !isRight) throw unknownKey();
      return admit(found);
    },
    async verifyId(id) {
      const found = await look(id, "live");
      if (found === null) throw unknownKey();
      return admit(found);
    },
    forget: (id) => void known.delete(id),
    async flushUses() {
      if (lastUses.size === 0) return;
      const uses = [...lastUses].map(([id, usedAt]) => ({ id, ageMs: now() - usedAt }));
      lastUses.clear();
      await store.noteKeyUse(uses);
    },
  };
}

function unknownKey(): PersistoAuthError {
  return new PersistoAuthError("The API key is not one of this server's.", { code: "forbidden" });
}
