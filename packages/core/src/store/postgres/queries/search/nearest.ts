import type { Access } from "@persisto/contract";
import type { EmbeddingSpace } from "../../embedding-space.js";
import { isLive } from "../../rows.js";
import type { Conditions } from "./conditions.js";

/** The passages nearest to the query by vector, as a common table expression `nearest`. */
export function nearestPassages(
  conditions: Conditions,
  { space, direction, access, breadth }: Parts & { access: Access; breadth: number },
): string {
  const rows =
    access === "exact" ? exact(conditions, { space, direction }) : indexed(conditions, { space, direction, breadth });
  return `nearest as materialized (
      select memory_seq, ordinal, distance, row_number() over (order by distance) as rank
      from (
        ${rows}
      ) as e
    ),`;
}

interface Parts {
  readonly space: EmbeddingSpace;
  /** SQL of the vector that they are to be near to. */
  readonly direction: string;
}

function exact({ limit, fromEligible }: Conditions, { space, direction }: Parts): string {
  // "+ 0" keeps the scan exact: no index can serve the order.
  return `select e.memory_seq, e.ordinal, (e.embedding <=> ${direction}) + 0 as distance
        from ${fromEligible(space.table, "e")}
          and ${isLive("e")}
        order by distance
        limit ${limit}`;
}

/**
 * What the index of the namespace holds, in its order, and exactly what it does not hold yet. The settings belong to
 * this statement alone, so that they reach the right connection behind a pooler too: an iterative scan goes on until
 * it has enough that the filters keep, and brings a few out of order, which the sort around it mends.
 */
function indexed(
  { project, namespaceId, limit, joinEligible }: Conditions,
  { space, direction, breadth }: Parts & { breadth: number },
): string {
  return `select * from (
          (select e.memory_seq, e.ordinal, e.embedding <=> ${direction} as distance
          from ${space.table} e
          ${joinEligible("e")}
          where e.project_id = ${project} and e.namespace_id = ${namespaceId} and not e.deferred
            and ${isLive("e")}
            and (select set_config('hnsw.iterative_scan', 'relaxed_order', true)
              || set_config('hnsw.ef_search', '${Math.max(Math.trunc(breadth), 2 * Number(limit))}', true)) is not null
          order by e.embedding <=> ${direction}
          limit ${limit})
          union all
          (select e.memory_seq, e.ordinal, (e.embedding <=> ${direction}) + 0 as distance
          from ${space.table} e
          ${joinEligible("e")}
          where e.project_id = ${project} and e.namespace_id = ${namespaceId} and e.deferred
            and ${isLive("e")}
          order by distance
          limit ${limit})
        ) as e
        order by distance
        limit ${limit}`;
}
