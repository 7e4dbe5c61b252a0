import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { PersistoAuthError } from "@persisto/contract";
import { parseInput, projectIdSchema } from "@persisto/contract/http";
import { LRUCache } from "lru-cache";
import type { Store } from "../store/store.js";
import { apiKeyId, generateApiKey } from "./api-key-format.js";

/** The API keys of all projects. */
export interface ApiKeys {
  /** Makes a key. This is the only time it is seen: the store keeps a keyed hash. */
  create(input: { projectId: string; name: string }): Promise<{ id: string; key: string }>;
  /** The project a key opens; it may have ceased to up to a second ago. @throws PersistoAuthError unauthorized when malformed, forbidden when it is none of this store's. */
  verify(key: string): Promise<{ projectId: string }>;
  /** How many keys a project has. */
  count(projectId: string): Promise<number>;
}

/** How long a key is taken for what it was: a server looks up one key a second instead of one a request. */
const maxAgeMs = 1_000;

/** Keys in use within that time; one more only costs a look-up. */
const capacity = 10_000;

/** Keys over a store, which also keeps the secret that keys the hashes. */
export async function createApiKeys(
  store: Pick<Store, "addApiKey" | "findApiKey" | "countApiKeys" | "setting">,
  { now = () => performance.now() }: { now?: () => number } = {},
): Promise<ApiKeys> {
  const hashSecret = await store.setting("api_key_hash_secret", randomBytes(32).toString("hex"));
  const hashOf = (key: string): Buffer => createHmac("sha256", hashSecret).update(key).digest();
  /** Compared with when there is no key, so that an unknown id takes as long as a wrong secret. */
  const noHash = hashOf(randomBytes(32).toString("hex"));
  /** By hash, so that no key stays in memory. */
  const verified = new LRUCache<string, { readonly projectId: string; readonly askedAt: number }>({ max: capacity });

  async function find(id: string, hash: Buffer): Promise<{ projectId: string }> {
    const stored = await store.findApiKey(id);
    const isRight = timingSafeEqual(hash, stored ? Buffer.from(stored.hash, "hex") : noHash);
    if (!stored || !isRight) {
      throw new PersistoAuthError("The API key is not one of this server's.", { code: "forbidden" });
    }
    return { projectId: stored.projectId };
  }

  return {
    async create({ projectId, name }) {
      parseInput(projectIdSchema, projectId);
      const { id, key } = generateApiKey();
      await store.addApiKey({ projectId, id, name, hash: hashOf(key).toString("hex") });
      return { id, key };
    },
    async verify(key) {
      const id = apiKeyId(key);
      if (id === null) throw new PersistoAuthError("The API key is malformed; it looks like psto_live_...");
      const hash = hashOf(key);
      const entry = hash.toString("base64");
      const askedAt = now();
      const known = verified.get(entry);
      if (known !== undefined && askedAt - known.askedAt < maxAgeMs) return { projectId: known.projectId };
      const { projectId } = await find(id, hash);
      // As old as the question: the key may have ended while it was answered.
      verified.set(entry, { projectId, askedAt });
      return { projectId };
    },
    count: (projectId) => store.countApiKeys({ projectId }),
  };
}
