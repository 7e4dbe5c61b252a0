import { randomBytes } from "node:crypto";
import type { Embedder, Memory, PersistoError } from "@persisto/contract";
import { parseInput, projectIdSchema } from "@persisto/contract/http";
import { v7 as uuidv7 } from "uuid";
import { dumpClient, type DumpResult } from "./backup/dump-store.js";
import { createCalibrationService } from "./embedders/calibration-service.js";
import { createEmbeddingService } from "./embedders/embedding-service.js";
import { staticEmbedder } from "./embedders/static/static-embedder.js";
import { createMemory } from "./engine/create-memory.js";
import type { Engine } from "./engine/engine.js";
import { analyzePassages } from "./lifecycle/analyze-passages.js";
import { createDefaultTtl } from "./lifecycle/default-ttl.js";
import { expire } from "./lifecycle/expire.js";
import { forgetRequests } from "./lifecycle/forget-requests.js";
import { forgetQueries } from "./lifecycle/forget-queries.js";
import { createGate } from "./lifecycle/gate.js";
import { createIndexer } from "./lifecycle/index-namespaces.js";
import type { Log } from "./lifecycle/log.js";
import { privateHistory } from "./lifecycle/private-history.js";
import { createQueryHistory } from "./lifecycle/query-history.js";
import { inBatches } from "./lifecycle/in-batches.js";
import { settleUsage } from "./lifecycle/settle-usage.js";
import { startScheduler } from "./lifecycle/scheduler.js";
import { createNamespaceCatalog } from "./namespaces/namespace-catalog.js";
import { resolveOptions, type PersistoOptions, type ResolvedOptions } from "./options.js";
import { createCursors } from "./paging/cursors.js";
import { createRerankService } from "./rerankers/rerank-service.js";
import { exactPassages } from "./retrieval/plan-access.js";
import { createProfileCatalog } from "./retrieval/profile-catalog.js";
import { openPg } from "./store/clients/pg.js";
import { openPglite } from "./store/clients/pglite.js";
import { openPostgresStore } from "./store/postgres/open-postgres-store.js";
import type { SharedBuckets } from "./store/shared-buckets.js";
import type { PersistoStats } from "./stats.js";
import type { SqlClient } from "./store/sql-client.js";
import { createAccess, type Access, type MemoryContext } from "./tenancy/access.js";

/** The project of a Persisto that is used without projects. */
export const defaultProjectId = "default";

const historyIntervalMs = 1_000;
const keyUseIntervalMs = 60_000;

/** An open store: the Memory of the default project, and the way to the others. */
export interface Persisto extends Memory {
  /** The Memory of another project; its id is 1 to 64 letters, digits, `_`, `-` or `.`. The first save makes the project. */
  project(id: string): Memory;
  /** Who may do what: keys, tokens, organisations and projects. */
  readonly access: Access;
  /** To limit rates by, for all servers of a database together; null with an embedded one, which a process has to itself. */
  readonly sharedBuckets: SharedBuckets | null;
  /** Id of the embedder the store was made with. */
  readonly embedderId: string;
  /** Resolves when the database answers. @throws PersistoError unavailable. */
  ready(): Promise<void>;
  /**
   * Deletes expired memories of all projects, old entries of the query history and what deleted namespaces left behind,
   * now instead of within a minute. Counts the memories.
   */
  sweep(): Promise<{ count: number }>;
  /**
   * Writes everything in the store to a new file, for `loadStore`; calls wait meanwhile.
   * @throws PersistoError conflict when the file exists, invalid_input unless the store has a `dataDir`: dump a Postgres with pg_dump.
   */
  dump(file: { to: string }): Promise<DumpResult>;
  /** Counts for monitoring; costs nothing and asks nobody. */
  stats(): PersistoStats;
  /** Finishes what is under way, writes the query history and closes the database. */
  close(): Promise<void>;
}

/**
 * Opens a store, making it if it is new.
 * @throws PersistoError conflict when the data directory is in use or the store was made with another
 * embedder, unavailable when the database cannot be reached.
 */
export async function createPersisto(options: PersistoOptions = {}): Promise<Persisto> {
  const { database, embedders, reranker, settings, sweepIntervalMs, log } = resolveOptions(options);
  const profiles = createProfileCatalog(settings.profiles, settings.defaultProfile);
  const defaultTtl = createDefaultTtl(settings.namespaceTtlSeconds, settings.defaultTtlSeconds);
  const client = await openClient(database, log);
  try {
    const {
      store,
      access: accessStore,
      buckets,
      embedder,
      warning,
    } = await openPostgresStore(client, await candidates(embedders));
    if (warning !== null) log.warn(warning);
    // A process that was killed cannot do so: its callers would be told for two minutes that their writes are under way.
    if (database.kind === "directory") await store.releaseAllKeys();
    // Of a store that an older version made; else there is nothing to do.
    await analyzePassages(store);
    const embedding = createEmbeddingService(embedder);
    const calibration = createCalibrationService(store, embedding);
    const { store: keeps, retentionDays } = settings.history;
    const history = await privateHistory(createQueryHistory(store, log), { keeps, store: accessStore });
    const cursors = createCursors(await accessStore.setting("cursor_secret", randomBytes(32).toString("hex")));
    const gate = createGate();
    const idleMs = client.buildsConcurrently ? () => Infinity : gate.idleMs;
    const indexer = createIndexer({ store, log, idleMs });
    const considerIndex: Engine["considerIndex"] = (scope, namespace, { id, passages, isIndexed, deferred }) => {
      if (!store.isIndexable || passages <= exactPassages || (isIndexed && deferred === 0)) return;
      indexer.request(id, { passages, onBuilt: () => catalog.refresh(scope, namespace) });
    };
    const catalog = createNamespaceCatalog({ store, defaultLanguage: settings.language, onCount: considerIndex });
    const memoryOf = (projectId: string, { keyId, makesProject, audit, idempotency, forced }: MemoryContext): Memory =>
      createMemory({
        scope: { projectId: parseInput(projectIdSchema, projectId), mustExist: !makesProject, ...(keyId && { keyId }) },
        store,
        catalog,
        embedding,
        calibration,
        profiles,
        defaultTtl,
        reranking: reranker === undefined ? null : createRerankService(reranker),
        history,
        cursors,
        gate,
        audit,
        idempotency,
        forced,
        considerIndex,
        analyzePassages: () => analyzePassages(store),
        newId: uuidv7,
      });
    const project = (projectId: string): Memory =>
      memoryOf(projectId, { keyId: null, makesProject: true, audit: null, idempotency: null, forced: {} });
    const { flushUses, ...access } = await createAccess({ store: accessStore, cursors, memoryOf });
    let expiredRemoved = 0;
    const removeExpired = async (): Promise<number> => {
      const count = await expire(store);
      expiredRemoved += count;
      return count;
    };
    const scheduler = startScheduler(
      [
        { name: "Deleting expired memories", everyMs: sweepIntervalMs, run: removeExpired },
        ...(database.kind === "server"
          ? []
          : [{ name: "Vacuuming", everyMs: sweepIntervalMs, run: () => store.vacuum() }]),
        { name: "Analysing passages", everyMs: sweepIntervalMs, run: () => analyzePassages(store) },
        { name: "Dropping unused indexes", everyMs: sweepIntervalMs, run: () => store.dropOrphanedIndexes() },
        { name: "Forgetting old queries", everyMs: sweepIntervalMs, run: () => forgetQueries(store, retentionDays) },
        { name: "Settling usage", everyMs: sweepIntervalMs, run: () => settleUsage(store) },
        { name: "Forgetting old requests", everyMs: sweepIntervalMs, run: () => forgetRequests(store) },
        {
          name: "Forgetting full buckets",
          everyMs: sweepIntervalMs,
          run: () => inBatches((limit) => buckets.removeFull(limit)),
        },
        { name: "Noting the use of keys", everyMs: keyUseIntervalMs, run: flushUses },
        { name: "Writing the query history", everyMs: historyIntervalMs, run: () => history.flush() },
      ],
      log,
    );
    const close = async (): Promise<void> => {
      await Promise.all([gate.close(), scheduler.stop(), indexer.stop()]);
      try {
        await history.flush();
        await flushUses();
      } finally {
        await client.close();
      }
    };
    let closing: Promise<void> | undefined;
    return {
      ...project(defaultProjectId),
      project,
      access,
      sharedBuckets: database.kind === "server" ? { take: (wanted) => buckets.take(wanted) } : null,
      embedderId: embedder.id,
      ready: () => store.ping(),
      sweep: async () => {
        const count = await removeExpired();
        await forgetQueries(store, retentionDays);
        await store.dropOrphanedIndexes();
        return { count };
      },
      dump: ({ to }) => dumpClient(client, to),
      stats: () => ({
        connections: client.connections?.() ?? null,
        databaseWaitedMs: client.waitedMs(),
        expiredRemoved,
      }),
      close: () => (closing ??= close()),
    };
  } catch (error) {
    await client.close();
    throw error;
  }
}

function openClient(database: ResolvedOptions["database"], log: Log): Promise<SqlClient> {
  const onRestart = (reason: PersistoError): void => log.warn("The embedded database was started again.", reason);
  switch (database.kind) {
    case "server":
      return openPg(database);
    case "directory":
      return openPglite({ dataDir: database.dataDir, onRestart });
    case "memory":
      return openPglite({ onRestart });
  }
}

async function candidates(embedders: readonly Embedder[]): Promise<[Embedder, ...Embedder[]]> {
  const [first, ...others] = embedders;
  return first ? [first, ...others] : [await staticEmbedder()];
}
