import type { AccessStore } from "../access-store.js";
import type { SqlClient } from "../sql-client.js";
import { pageAudit, verifyAudit } from "./queries/access/audit.js";
import {
  countKeys,
  countOperatorKeys,
  findKey,
  findOperatorKey,
  insertKey,
  insertOperatorKey,
  listKeys,
  noteKeyUse,
  replaceKey,
  revokeKey,
} from "./queries/access/keys.js";
import {
  findProject,
  insertOrganisation,
  insertProject,
  listOrganisations,
  listProjects,
  removeOrganisation,
  removeProject,
  renameProject,
} from "./queries/access/projects.js";
import { findQuotas, setQuotas } from "./queries/access/quotas.js";
import { setting } from "./queries/settings.js";
import { readUsage, storedBytes } from "./queries/usage.js";
import { retryConflicts, retryDeadlocks } from "./retry-conflicts.js";

/** Deleting a project deletes all its memories. */
const longestDeletionMs = 10 * 60 * 1_000;

/** Organisations, projects, keys and the audit log over any Postgres; the schema must be migrated. */
export function createPostgresAccessStore(client: SqlClient, { isWalled }: { isWalled: boolean }): AccessStore {
  const sight = { role: isWalled ? "persisto_jobs" : "none", projectId: "" } as const;
  const { query, transaction } = retryDeadlocks(client.session({ sight }));
  const patient = retryDeadlocks(client.session({ sight, statementTimeoutMs: longestDeletionMs }));
  const change: typeof transaction = (work) => retryConflicts(() => transaction(work));
  return {
    setting: (name, initial) => setting(client.query, name, initial),
    findKey: (id) => findKey(query, id),
    countKeys: (projectId) => countKeys(query, projectId),
    insertKey: (key, audit) => change((tx) => insertKey(tx, key, audit)),
    replaceKey: (key, options) => change((tx) => replaceKey(tx, key, options)),
    listKeys: (projectId) => listKeys(query, projectId),
    revokeKey: (key, audit) => change((tx) => revokeKey(tx, key, audit)),
    noteKeyUse: (uses) => retryConflicts(() => noteKeyUse(query, uses)),
    findOperatorKey: (id) => findOperatorKey(query, id),
    countOperatorKeys: () => countOperatorKeys(query),
    insertOperatorKey: (key, audit) => change((tx) => insertOperatorKey(tx, key, audit)),
    insertOrganisation: (organisation, audit) => change((tx) => insertOrganisation(tx, organisation, audit)),
    listOrganisations: () => listOrganisations(query),
    removeOrganisation: (id, audit) => change((tx) => removeOrganisation(tx, id, audit)),
    insertProject: (project, audit) => change((tx) => insertProject(tx, project, audit)),
    listProjects: (organisation) => listProjects(query, organisation),
    findProject: (id) => findProject(query, id),
    renameProject: (project, audit) => change((tx) => renameProject(tx, project, audit)),
    removeProject: (id, audit) => retryConflicts(() => patient.transaction((tx) => removeProject(tx, id, audit))),
    findQuotas: (projectId) => findQuotas(query, projectId),
    setQuotas: (quotas, audit) => change((tx) => setQuotas(tx, quotas, audit)),
    readUsage: (request) => readUsage(query, request),
    storedBytes: (projectId) => storedBytes(query, projectId),
    pageAudit: (request) => pageAudit(query, request),
    verifyAudit: (organisation) => verifyAudit(patient.query, organisation),
  };
}
