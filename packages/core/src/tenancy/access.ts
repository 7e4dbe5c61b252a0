import { createHmac, randomBytes } from "node:crypto";
import {
  keyScopes,
  PersistoAuthError,
  type Administration,
  type Filters,
  type Memory,
  type Principal,
} from "@persisto/contract";
import { parseInput, projectIdSchema } from "@persisto/contract/http";
import type { Cursors } from "../paging/cursors.js";
import type { AccessStore, AuditOrigin, NewAuditEntry } from "../store/access-store.js";
import { createAdministration } from "./administration.js";
import { generateApiKey, isKeyId } from "./api-key-format.js";
import { createApiKeyVerifier } from "./api-keys.js";
import { restrictMemory } from "./restrict-memory.js";
import { createScopedTokens, isToken, principalOfToken } from "./scoped-tokens.js";

/** What a principal may do, on one request. */
export interface PrincipalAccess {
  /** Its project's memories, as far as it may use them. @throws PersistoAuthError forbidden from every call of the operator's. */
  readonly memory: Memory;
  readonly administration: Administration;
}

/** What a principal's request is known by. */
export interface AccessRequest {
  /** Goes to the audit log. */
  readonly requestId?: string;
  /** A write with the same key and the same input is done once; another input under it is refused. */
  readonly idempotencyKey?: string | undefined;
  /** Told when a write was answered as an earlier one with its key was. */
  readonly onReplay?: () => void;
}

/** What a memory is made for. */
export interface MemoryContext {
  /** The key that what is used counts for; null for the program that Persisto runs in. */
  readonly keyId: string | null;
  /** Whether the project is made by the first save. */
  readonly makesProject: boolean;
  /** What to write to the audit log; null where nobody acts who could be named. */
  readonly audit: ((action: string, namespace: string) => NewAuditEntry) | null;
  readonly idempotency: { readonly key: string; onReplay(): void } | null;
  /** What a memory must meet at the moment in which it is changed; `restrictMemory` looks before, and it may change in between. */
  readonly forced: Filters;
}

/** Who may do what. */
export interface Access {
  /**
   * Whose credential this is: an API key, a token or an operator key.
   * @throws PersistoAuthError unauthorized when malformed, forbidden when it is none of this store's or has ended.
   */
  authenticate(credential: string): Promise<Principal>;
  /** What the principal may do, on one request. */
  of(principal: Principal, request?: AccessRequest): PrincipalAccess;
  /** Makes a key with every right in a project, and the project if it is new. The key is seen this once: the store keeps a keyed hash. */
  createKey(input: { projectId: string; name: string }): Promise<{ id: string; key: string }>;
  /** How many keys of a project work. */
  countKeys(projectId: string): Promise<number>;
  /** Makes an operator key, for organisations, projects and keys. It is seen this once. */
  createOperatorKey(input: { name: string }): Promise<{ id: string; key: string }>;
  countOperatorKeys(): Promise<number>;
}

/** What access works with. */
export interface AccessParts {
  readonly store: AccessStore;
  readonly cursors: Cursors;
  /** The whole memory of a project. */
  readonly memoryOf: (projectId: string, context: MemoryContext) => Memory;
}

/** Access over a store, and what is to be done from time to time. */
export async function createAccess({
  store,
  cursors,
  memoryOf,
}: AccessParts): Promise<Access & { flushUses(): Promise<void> }> {
  const keys = await createApiKeyVerifier(store);
  const tokens = await createScopedTokens(store);
  const nameSecret = await store.setting("audit_name_secret", randomBytes(32).toString("hex"));
  /** Of a namespace, whose name may be that of a person. */
  const nameHash = (name: string): string =>
    `namespace:${createHmac("sha256", nameSecret).update(name).digest("hex").slice(0, 32)}`;
  /** Of what is done by whoever runs the process. */
  const byHost: AuditOrigin = { actor: { kind: "operator", id: "host" }, requestId: "" };

  return {
    async authenticate(credential) {
      if (!isToken(credential)) return keys.verify(credential);
      const claims = tokens.read(credential);
      return principalOfToken(claims, await keys.verifyId(claims.key));
    },
    of(principal, { requestId = "", idempotencyKey, onReplay = () => {} } = {}) {
      const { projectId, actor } = principal;
      return {
        get memory(): Memory {
          if (projectId === null) {
            throw new PersistoAuthError("An operator key opens no project; use one of the project's keys.", {
              code: "forbidden",
            });
          }
          return restrictMemory(
            memoryOf(projectId, {
              keyId: actor.id,
              // Whoever has a key of this store has a project; a key of the host's own may be there before.
              makesProject: !isKeyId(actor.id),
              audit: (action, namespace) => ({ actor, requestId, action, target: nameHash(namespace) }),
              idempotency:
                idempotencyKey === undefined ? null : { key: `${senderOf(principal)}\n${idempotencyKey}`, onReplay },
              forced: principal.filters ?? {},
            }),
            principal,
          );
        },
        get administration(): Administration {
          return createAdministration({ store, keys, tokens, cursors }, { principal, requestId });
        },
      };
    },
    async createKey({ projectId, name }) {
      parseInput(projectIdSchema, projectId);
      const { environment } = (await store.findProject(projectId)) ?? { environment: "live" };
      const { id, key } = generateApiKey(environment);
      await store.insertKey(
        {
          id,
          projectId,
          name,
          hash: keys.hashOf(key),
          scopes: keyScopes,
          namespaces: ["*"],
          ttlSeconds: null,
          rotatedFrom: null,
          madeBy: null,
          makesProject: true,
        },
        { ...byHost, action: "key.create", target: id },
      );
      return { id, key };
    },
    countKeys: (projectId) => store.countKeys(projectId),
    async createOperatorKey({ name }) {
      const { id, key } = generateApiKey("operator");
      await store.insertOperatorKey(
        { id, name, hash: keys.hashOf(key) },
        { ...byHost, action: "operator_key.create", target: id },
      );
      return { id, key };
    },
    countOperatorKeys: () => store.countOperatorKeys(),
    flushUses: () => keys.flushUses(),
  };
}

/**
 * Whom nobody else is answered in place of. Tokens of one key are in the hands of several people, so they are told apart by
 * what they may use; one that was made anew is the same sender.
 */
function senderOf({ actor: { kind, id }, namespaces, filters }: Principal): string {
  return kind === "token" ? `token\n${id}\n${JSON.stringify([namespaces, filters])}` : `${kind}\n${id}`;
}
