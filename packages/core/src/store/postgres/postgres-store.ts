import { randomUUID } from "node:crypto";
import type { Scope } from "../../tenancy/scope.js";
import type { Sight, SqlClient, SqlSession } from "../sql-client.js";
import type { NewRecord, QueryUsage, Store } from "../store.js";
import type { EmbeddingSpace } from "./embedding-space.js";
import { storeTerms, unanalyzedPassages } from "./queries/analysis.js";
import { findCalibration, storeCalibration } from "./queries/calibration.js";
import { changeRecord } from "./queries/change-record.js";
import { createClaims } from "./claims.js";
import { completing, releaseAllKeys, removeOldKeys } from "./queries/idempotency.js";
import { insertRecords } from "./queries/insert-records.js";
import { namespaceStatistics, sampleMetadata } from "./queries/namespace-statistics.js";
import { findLanguage, listNamespaces, namespaceExists, removeNamespace, setLanguage } from "./queries/namespaces.js";
import { pageQueries, recordQueries, removeOldQueries } from "./queries/query-history.js";
import { countRecords, findRecords, pageRecords } from "./queries/read-records.js";
import { removeExpired, removeRecords } from "./queries/remove-records.js";
import { search } from "./queries/search/search.js";
import { countQuery, removeOldUsage, rollUpUsage } from "./queries/usage.js";
import { vacuum } from "./queries/vacuum.js";
import { refuseByQuota } from "./refuse-by-quota.js";
import { retryConflicts, retryDeadlocks } from "./retry-conflicts.js";
import { cancelBuilds, dropOrphanedIndexes, isIndexable, stepIndex, type IndexDatabase } from "./vector-index.js";

/** Deleting a row costs the same however many go with it: hundreds of thousands take minutes in PGlite. */
const longestDeletionMs = 10 * 60 * 1_000;

/** How statements of one project are run. */
interface ProjectSession {
  readonly statementTimeoutMs?: number;
  readonly embeddedTokens?: number;
  readonly countsQuery?: boolean;
}

/** The store over any Postgres with pgvector; the schema must be migrated. */
export function createPostgresStore(
  client: SqlClient,
  { space, isWalled }: { space: EmbeddingSpace; isWalled: boolean },
): Store {
  const sessionOf = (sight: Sight, statementTimeoutMs?: number): SqlSession =>
    retryDeadlocks(
      client.session({
        sight: isWalled ? sight : { ...sight, role: "none" },
        ...(statementTimeoutMs !== undefined && { statementTimeoutMs }),
      }),
    );
  const project = (
    { projectId, keyId = "" }: Scope,
    { statementTimeoutMs, embeddedTokens = 0, countsQuery = false }: ProjectSession = {},
  ): SqlSession =>
    sessionOf({ role: "persisto_app", projectId, charge: { keyId, embeddedTokens, countsQuery } }, statementTimeoutMs);
  const everyProject = sessionOf({ role: "persisto_jobs", projectId: "" });
  const { query } = everyProject;
  const index: IndexDatabase = { owner: client, everyProject, space };
  const buildTag = `persisto ${randomUUID()}`;
  return {
    insert: (scope, records, completion) =>
      refuseByQuota(
        retryConflicts(() =>
          completing(project(scope, { embeddedTokens: tokensOf(records) }), { scope, completion }, (session) =>
            insertRecords(session, { scope, space, records }),
          ),
        ),
      ),
    search: (scope, plan) =>
      refuseByQuota(search(project(scope, querySession(plan.counts)).query, { scope, space, plan })),
    countQuery: (scope, usage) => refuseByQuota(countQuery(project(scope, querySession(usage)).query)),
    statistics: (scope, namespace) => namespaceStatistics(project(scope).query, { scope, space, namespace }),
    sampleMetadata: (scope, namespaceId, limit) => sampleMetadata(project(scope).query, { scope, namespaceId, limit }),
    find: (scope, key) => findRecords(project(scope).query, scope, key),
    page: async (scope, request) => {
      const { namespace } = request;
      const records = await pageRecords(project(scope).query, { scope, space, request });
      const isUnknown =
        records.length === 0 &&
        namespace !== undefined &&
        !(await namespaceExists(project(scope).query, scope, namespace));
      return isUnknown ? null : records;
    },
    count: (scope, request) => countRecords(project(scope).query, scope, request),
    change: (scope, change, completion) =>
      refuseByQuota(
        retryConflicts(() =>
          completing(project(scope, change.content), { scope, completion }, (session) =>
            session.transaction((tx) => changeRecord(tx, { scope, space, change })),
          ),
        ),
      ),
    remove: (scope, removal, completion) =>
      retryConflicts(() =>
        completing(project(scope, { statementTimeoutMs: longestDeletionMs }), { scope, completion }, (session) =>
          session.transaction((tx) => removeRecords(tx, scope, removal)),
        ),
      ),
    language: (scope, namespace) => findLanguage(project(scope).query, scope, namespace),
    setLanguage: (scope, namespace, language) =>
      retryConflicts(() => project(scope).transaction((tx) => setLanguage(tx, scope, { namespace, language }))),
    namespaces: (scope) => listNamespaces(project(scope).query, scope),
    removeNamespace: (scope, removal, completion) =>
      retryConflicts(() =>
        completing(project(scope, { statementTimeoutMs: longestDeletionMs }), { scope, completion }, (session) =>
          session.transaction((tx) => removeNamespace(tx, scope, removal)),
        ),
      ),
    ...createClaims((scope) => project(scope).query),
    releaseAllKeys: () => releaseAllKeys(query),
    removeOldKeys: (limit) => retryConflicts(() => removeOldKeys(query, limit)),
    recordQueries: (entries, notBefore) =>
      retryConflicts(() => everyProject.transaction((tx) => recordQueries(tx, { entries, notBefore }))),
    pageQueries: (scope, request) => pageQueries(project(scope).query, scope, request),
    removeOldQueries: (days, limit) => retryConflicts(() => removeOldQueries(query, { days, limit })),
    rollUpUsage: () => everyProject.transaction((tx) => rollUpUsage(tx)),
    removeOldUsage: (days, limit) => removeOldUsage(query, { days, limit }),
    removeExpired: (limit) => retryConflicts(() => removeExpired(query, limit)),
    unanalyzed: (limit) => unanalyzedPassages(query, limit),
    storeTerms: (passages) => retryConflicts(() => storeTerms(query, space, passages)),
    isIndexable: isIndexable(space),
    stepIndex: (namespaceId, { isShort }) => stepIndex(index, { namespaceId, buildTag, isShort }),
    cancelSteps: () => cancelBuilds(client.query, buildTag),
    dropOrphanedIndexes: () => dropOrphanedIndexes(index),
    calibration: () => findCalibration(query, space),
    storeCalibration: (calibration) => storeCalibration(query, space, calibration),
    vacuum: () => vacuum(client.session({ statementTimeoutMs: longestDeletionMs }).query),
    ping: async () => void (await client.query("select 1 as one")),
  };
}

function querySession(usage: QueryUsage | null): ProjectSession {
  return usage === null ? {} : { ...usage, countsQuery: true };
}

function tokensOf(records: readonly NewRecord[]): number {
  return records.reduce((sum, { embeddedTokens }) => sum + embeddedTokens, 0);
}
