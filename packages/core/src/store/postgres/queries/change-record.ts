import type { Language } from "@persisto/contract";
import type { Scope } from "../../../tenancy/scope.js";
import type { Query } from "../../sql-client.js";
import type { ChangedRecord, RecordChange } from "../../store.js";
import { compileFilter } from "../compile-filter.js";
import type { EmbeddingSpace } from "../embedding-space.js";
import { Parameters } from "../parameters.js";
import { isLive, recordColumns, toRecord, type RecordRow } from "../rows.js";
import { deletePassages, insertPassages } from "./passages.js";

/** Changes a live record that meets the filters, and with its content or expiry its passages. Runs inside a transaction. */
export async function changeRecord(
  query: Query,
  { scope, space, change }: { scope: Scope; space: EmbeddingSpace; change: RecordChange },
): Promise<ChangedRecord | null> {
  const parameters = new Parameters();
  const bind = (value: unknown): string => parameters.bind(value);
  const metadata = change.metadata === undefined ? null : JSON.stringify(change.metadata);
  const project = bind(scope.projectId);
  const [row] = await query<RecordRow & { seq: string; language: Language }>(
    `update persisto.memories m set
      content = coalesce(${bind(change.content?.text ?? null)}, m.content),
      chunk_count = coalesce(${bind(change.content?.passages.length ?? null)}::int, m.chunk_count),
      passage_bytes = case when ${bind(change.content !== undefined)}::boolean then 0 else m.passage_bytes end,
      metadata = coalesce(${bind(metadata)}::text::jsonb, m.metadata),
      expires_at = case
        when ${bind(change.ttlSeconds !== undefined)}::boolean
        then now() + make_interval(secs => ${bind(change.ttlSeconds ?? null)}::float8)
        else m.expires_at
      end,
      updated_at = now()
    from persisto.namespaces n
    where m.project_id = ${project}
      and n.project_id = ${project}
      and n.name = ${bind(change.namespace)}
      and m.namespace_id = n.id
      and m.id = ${bind(change.id)}
      and ${isLive("m")}
      -- Of the row as it is once it is locked: whoever held it may have made it somebody else's.
      and ${compileFilter(change.filters, "m.metadata", parameters)}
    returning m.seq::text, n.language, ${recordColumns}`,
    parameters.values,
  );
  if (!row) return null;
  const analyzed = change.content === undefined || change.content.language === row.language;
  if (change.content) {
    await deletePassages(query, scope, [row.seq]);
    const passages = change.content.passages.map((passage, ordinal) => ({
      ...passage,
      terms: analyzed ? passage.terms : null,
      seq: row.seq,
      ordinal,
    }));
    await insertPassages(query, { scope, space, passages });
  } else if (change.ttlSeconds !== undefined) {
    await copyExpiry(query, { scope, space, seq: row.seq });
  }
  return { record: toRecord(row), analyzed };
}

async function copyExpiry(
  query: Query,
  { scope, space, seq }: { scope: Scope; space: EmbeddingSpace; seq: string },
): Promise<void> {
  for (const table of ["persisto.chunks", space.table]) {
    await query(
      `update ${table} t set expires_at = m.expires_at
      from persisto.memories m
      where m.project_id = $1 and m.seq = $2::bigint and t.project_id = m.project_id and t.memory_seq = m.seq`,
      [scope.projectId, seq],
    );
  }
}
