import type { Scope } from "../../tenancy/scope.js";
import type { Query } from "../sql-client.js";
import type { Claim, Store } from "../store.js";
import { claimKey, releaseKey } from "./queries/idempotency.js";

/** Claims that are remembered: some 5 MB. */
const mostUnreleased = 10_000;

/**
 * Claims and releases keys. A claim that could not be released, because the database was gone, is released before the next try to claim
 * its key: or the client, which tries again when the database is back, would be told for two minutes that its write is under way.
 */
export function createClaims(queryOf: (scope: Scope) => Query): Pick<Store, "claimKey" | "releaseKey"> {
  const unreleased = new Map<string, Claim>();
  const nameOf = (scope: Scope, { keyHash }: Claim): string => `${scope.projectId} ${keyHash}`;
  return {
    async claimKey(scope, claim) {
      const name = nameOf(scope, claim);
      const left = unreleased.get(name);
      if (left) {
        await releaseKey(queryOf(scope), scope, left);
        unreleased.delete(name);
      }
      return claimKey(queryOf(scope), scope, claim);
    },
    async releaseKey(scope, claim) {
      try {
        await releaseKey(queryOf(scope), scope, claim);
      } catch (error) {
        // The oldest goes first: its lease ends first.
        if (unreleased.size >= mostUnreleased) unreleased.delete(unreleased.keys().next().value!);
        unreleased.set(nameOf(scope, claim), claim);
        throw error;
      }
    },
  };
}
