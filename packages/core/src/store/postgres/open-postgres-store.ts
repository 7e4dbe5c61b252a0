import type { Embedder } from "@persisto/contract";
import type { AccessStore } from "../access-store.js";
import type { BucketStore } from "../shared-buckets.js";
import type { SqlClient } from "../sql-client.js";
import type { Store } from "../store.js";
import { openEmbeddingSpace } from "./embedding-space.js";
import { explainRefusal } from "./explain-refusal.js";
import { migrate } from "./migrate.js";
import { createPostgresAccessStore } from "./postgres-access-store.js";
import { createPostgresStore } from "./postgres-store.js";
import { removeFullBuckets, takeTokens } from "./queries/rate-limits.js";
import { missingWall, takeRoles } from "./wall-roles.js";
import { raiseWall } from "./wall.js";

/** A store that is ready. */
export interface OpenStore {
  readonly store: Store;
  readonly access: AccessStore;
  readonly buckets: BucketStore;
  /** The one of the candidates that the store was made with. */
  readonly embedder: Embedder;
  /** Whether row security stands behind the project that every statement names. */
  readonly isWalled: boolean;
  /** Why it does not, and what to do about it; null when it does. */
  readonly warning: string | null;
}

/**
 * Opens the store in a database, and makes or upgrades its schema.
 * @throws PersistoError conflict when it was made by a newer version or with none of the embedders, unavailable without pgvector
 * and when the user that connects lacks a right.
 */
export async function openPostgresStore(
  client: SqlClient,
  embedders: readonly [Embedder, ...Embedder[]],
): Promise<OpenStore> {
  const { space, embedder, hindrance } = await prepare(client, embedders).catch(async (error: unknown) => {
    throw await explainRefusal(client, error);
  });
  const isWalled = hindrance === null;
  return {
    store: createPostgresStore(client, { space, isWalled }),
    access: createPostgresAccessStore(client, { isWalled }),
    // As the user that connects, like settings: they hold nothing of projects, and no role has to be taken on for each request.
    buckets: {
      take: (buckets) => takeTokens(client.query, buckets),
      removeFull: (limit) => removeFullBuckets(client.query, limit),
    },
    embedder,
    isWalled,
    warning: hindrance && missingWall(hindrance),
  };
}

async function prepare(client: SqlClient, embedders: readonly [Embedder, ...Embedder[]]) {
  // First: the owner of tables with row security migrates what it sees as a member of the roles.
  const hindrance = await takeRoles(client);
  await migrate(client);
  const { space, embedder } = await openEmbeddingSpace(client, embedders);
  if (hindrance === null) await raiseWall(client, space);
  return { space, embedder, hindrance };
}
