import type { MemoryRecord, StoredPassage } from "@persisto/contract";
import type { Scope } from "../../../tenancy/scope.js";
import type { Query } from "../../sql-client.js";
import type { PageRequest, PageRow } from "../../store.js";
import { compileFilter } from "../compile-filter.js";
import type { EmbeddingSpace } from "../embedding-space.js";
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

/** Live records by seq. */
export async function pageRecords(
  query: Query,
  { scope, space, request }: { scope: Scope; space: EmbeddingSpace; request: PageRequest },
): Promise<PageRow[]> {
  const parameters = new Parameters();
  const condition = selects(scope, request, parameters);
  const [beyond, direction] = request.order === "newest" ? ["<", "desc"] : [">", "asc"];
  const after = request.after === undefined ? "true" : `m.seq ${beyond} ${parameters.bind(request.after)}::bigint`;
  const page = `select m.seq::text, ${recordColumns}, m.project_id, m.seq as number, m.chunk_count
    from ${source}
    where ${condition}
      and ${after}
    order by m.seq ${direction}
    limit ${parameters.bind(request.limit)}::int`;
  const statement =
    request.passages === null
      ? page
      : withPassages(page, { space, direction, most: parameters.bind(request.passages) });
  const rows = await query<PagedRow>(statement, parameters.values);
  return rows.map(({ seq, passages, is_cut: isCut = false, ...row }) => ({
    seq,
    record: { ...toRecord(row), ...(passages && { passages }) },
    isCut,
  }));
}

interface PagedRow extends RecordRow {
  seq: string;
  passages?: StoredPassage[] | null;
  is_cut?: boolean;
}

/** In one statement, so that content and passages are of one moment. */
function withPassages(
  page: string,
  { space, direction, most }: { space: EmbeddingSpace; direction: string; most: string },
): string {
  return `with page as materialized (${page}),
    placed as (
      select page.*, sum(chunk_count) over (order by number ${direction}) - chunk_count >= ${most}::int as is_cut from page
    )
    select placed.*, p.passages
    from placed
    left join lateral (
      -- pgvector writes a vector as JSON has it.
      select json_agg(json_build_object(
        'content', coalesce(c.content, placed.content),
        'embedding', e.embedding::text::json
      ) order by c.ordinal) as passages
      from persisto.chunks c
      join ${space.table} e using (project_id, memory_seq, ordinal)
      where c.project_id = placed.project_id and c.memory_seq = placed.number
    ) p on not placed.is_cut
    order by placed.number ${direction}`;
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
