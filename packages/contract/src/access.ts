import type { Filters } from "./filter.js";

/** What a key can be allowed to do. */
export const keyScopes = [
  "memories:read",
  "memories:write",
  "memories:delete",
  "queries:read",
  "usage:read",
  "export:read",
  "keys:admin",
  "members:admin",
  "project:admin",
] as const;

/** One of the things that a key can be allowed to do. */
export type KeyScope = (typeof keyScopes)[number];

/** What a token can be allowed to do, if its key is: what concerns memories. */
export const tokenScopes = ["memories:read", "memories:write", "memories:delete"] as const;

/** Who acts. */
export interface Actor {
  kind: "key" | "token" | "operator";
  /** The key's id; of a token, that of the key that made it. */
  id: string;
}

/** Who a credential belongs to, and what it may do. */
export interface Principal {
  actor: Actor;
  /** Null for the operator, who belongs to no project. */
  projectId: string | null;
  scopes: readonly KeyScope[];
  /** The namespaces it may use; `*` stands for any text, as in `user:*`. */
  namespaces: readonly string[];
  /** What every memory that it sees or writes must meet; null for nothing. */
  filters: Filters | null;
}
