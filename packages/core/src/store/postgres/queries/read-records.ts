import type { MemoryRecord } from "@persisto/contract";
import type { Scope } from "../../../tenancy/scope.js";
import type { Query } from "../../sql-client.js";
import type { PageRequest } from "../../store.js";
import { compileFilter } from "../compile-filter.js";
import { Parameters } from "../parameters.js";
import { isInNamespace, isLive, recordColumns, toRecord, type RecordRow } from "../rows.js";

const source =
  "persisto.memories m join persisto.namespaces n on n.project_id = m.project_id and n.id = m.namespace_id";

/** Up to two live records with the id, in one namespace or in any. */
export async function findRecords(
  query: Query,
  scope: Scope,
  { id, namespace }: { id: string; namespace?: string | undefined },
): Promise<MemoryRecord[]> {
  const rows = await query<RecordRow>(
    `select ${recordColumns}
    from ${source}
    where m.project_id = $1
      and m.id = $2
      and ($3::text is null or n.name = $3::text)
      and ${isLive("m")}
    limit 2`,
    [scope.projectId, id, namespace ?? null],
  );
  return rows.map(toRecord);
}

/** Live records by falling seq. */
export async function pageRecords(
  query: Query,
  scope: Scope,
  request: PageRequest,
): Promise<{ seq: string; record: MemoryRecord }[]> {
  const parameters = new Parameters();
  const condition = selects(scope, request, parameters);
  const before = request.before === undefined ? "true" : `m.seq < ${parameters.bind(request.before)}::bigint`;
  const rows = await query<RecordRow & { seq: string }>(
    `select m.seq::text, ${recordColumns}
    from ${source}
    where ${condition}
      and ${before}
    order by m.seq desc
    limit ${parameters.bind(request.limit)}::int`,
    parameters.values,
  );
  return rows.map((row) => ({ seq: row.seq, record: toRecord(row) }));
}

/** How many live records there are. */
export async function countRecords(
  query: Query,
  scope: Scope,
  request: Pick<PageRequest, "namespace" | "filters">,
): Promise<number> {
  const parameters = new Parameters();
  const condition = selects(scope, request, parameters);
  const [row] = await query<{ count: number }>(
    `select count(*)::int as count from ${source} where ${condition}`,
    parameters.values,
  );
  return row?.count ?? 0;
}

function selects(scope: Scope, request: Pick<PageRequest, "namespace" | "filters">, parameters: Parameters): string {
  const project = parameters.bind(scope.projectId);
  return [
    `m.project_id = ${project}`,
    request.namespace === undefined ? "true" : isInNamespace(project, parameters.bind(request.namespace)),
    isLive("m"),
    compileFilter(request.filters, "m.metadata", parameters),
  ].join("\n      and ");
}
