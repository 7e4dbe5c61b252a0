import { PersistoError, type AuditEntry, type AuditVerdict } from "@persisto/contract";
import type { AuditRequest, NewAuditEntry } from "../../../access-store.js";
import type { Query } from "../../../sql-client.js";
import { Parameters } from "../../parameters.js";

/** Whom an entry is about: a project, or an organisation as a whole. With both, the project may be gone already. */
export type AuditSubject =
  | { readonly projectId: string; readonly organisation?: string }
  | { readonly organisation: string };

/** Writes down what a transaction does. A trigger gives the entry its place, its time and its hash. */
export async function appendAudit(
  query: Query,
  subject: AuditSubject,
  { actor, action, target, requestId, details = {} }: NewAuditEntry,
): Promise<void> {
  const parameters = new Parameters();
  const values = [actor.kind, actor.id, action, target, requestId].map((value) => `${parameters.bind(value)}::text`);
  const rows = await query(
    `insert into persisto.audit_log
      (org_id, project_id, actor_kind, actor_id, action, target, request_id, details, seq, at, previous_hash, hash)
    select ${subjectOf(parameters, subject)}, ${values.join(", ")},
      ${parameters.bind(JSON.stringify(details))}::text::jsonb, 0, now(), '', ''
    returning 1 as one`,
    parameters.values,
  );
  if (rows.length !== 1) throw new PersistoError("internal", "The audit entry was not written; nothing was done.");
}

/** Organisation and project. */
function subjectOf(parameters: Parameters, subject: AuditSubject): string {
  const project = "projectId" in subject ? `${parameters.bind(subject.projectId)}::text` : "''";
  const organisation =
    subject.organisation === undefined
      ? `(select org_id from persisto.projects where id = ${project})`
      : `${parameters.bind(subject.organisation)}::text`;
  return `${organisation}, ${project}`;
}

interface AuditRow {
  org_id: string;
  seq: string;
  project_id: string;
  at: Date;
  actor_kind: AuditEntry["actor"]["kind"];
  actor_id: string;
  action: string;
  target: string;
  request_id: string;
  details: AuditEntry["details"];
  hash: string;
}

/** Entries, newest first inside each organisation. */
export async function pageAudit(query: Query, request: AuditRequest): Promise<AuditEntry[]> {
  const parameters = new Parameters();
  const conditions = ["true"];
  const { organisation, projectId, limit, before } = request;
  if (organisation !== undefined) conditions.push(`org_id = ${parameters.bind(organisation)}`);
  if (projectId !== undefined) conditions.push(`project_id = ${parameters.bind(projectId)}`);
  if (before !== undefined) {
    const org = parameters.bind(before.organisation);
    conditions.push(
      `(org_id collate "C" > ${org} or org_id = ${org} and seq < ${parameters.bind(before.seq)}::bigint)`,
    );
  }
  const rows = await query<AuditRow>(
    `select org_id, seq::text, project_id, at, actor_kind, actor_id, action, target, request_id, details, hash
    from persisto.audit_log
    where ${conditions.join(" and ")}
    order by org_id collate "C", seq desc
    limit ${parameters.bind(limit)}::int`,
    parameters.values,
  );
  return rows.map((row) => ({
    organisation: row.org_id,
    seq: Number(row.seq),
    project: row.project_id,
    at: row.at.toISOString(),
    actor: { kind: row.actor_kind, id: row.actor_id },
    action: row.action,
    target: row.target,
    requestId: row.request_id,
    details: row.details,
    hash: row.hash,
  }));
}

/** Computes every hash again. */
export async function verifyAudit(query: Query, organisation: string): Promise<AuditVerdict> {
  const [row] = await query<{ entries: number; broken: string | null; last: string | null }>(
    `select count(*)::int as entries,
      min(seq) filter (where seq <> place or hash <> computed or previous_hash <> previous)::text as broken,
      (array_agg(hash order by seq desc))[1] as last
    from (
      select seq, hash, previous_hash, persisto.audit_hash(a) as computed,
        row_number() over (order by seq) as place, lag(hash, 1, '') over (order by seq) as previous
      from persisto.audit_log a
      where org_id = $1
    ) as entry`,
    [organisation],
  );
  const { entries, broken, last } = row!;
  return { organisation, entries, brokenAt: broken === null ? null : Number(broken), lastHash: last };
}
