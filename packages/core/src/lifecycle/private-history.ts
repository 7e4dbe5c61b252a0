import { createHmac, randomBytes } from "node:crypto";
import type { StoreSettings } from "@persisto/contract/http";
import type { AccessStore } from "../store/access-store.js";
import type { AskedQuery, QueryHistory } from "./query-history.js";

/** A history that is told no more of a query than it may keep, so that the rest does not stay in memory either. */
export async function privateHistory(
  history: QueryHistory,
  { keeps, store }: { keeps: StoreSettings["history"]["store"]; store: Pick<AccessStore, "setting"> },
): Promise<QueryHistory> {
  if (keeps === "text") return history;
  const textOf = keeps === "hash" ? await keyedHash(store) : () => "";
  return {
    record: (entry) => history.record({ ...entry, queryText: textOf(entry), filters: {} }),
    flush: () => history.flush(),
  };
}

/**
 * Keyed, because most queries could be guessed and their plain hashes compared; and by project, so that none can be
 * recognised in another. A query by vector alone has no text.
 */
async function keyedHash(store: Pick<AccessStore, "setting">): Promise<(entry: AskedQuery) => string> {
  const secret = await store.setting("query_hash_secret", randomBytes(32).toString("hex"));
  return ({ projectId, queryText }) => {
    if (queryText === "") return "";
    // A project's id holds no line break.
    return `sha256:${createHmac("sha256", secret).update(`${projectId}\n${queryText}`).digest("hex")}`;
  };
}
