import type { Query } from "../../sql-client.js";
import type { Store, UnanalyzedPassage } from "../../store.js";
import { binaryArray, binarySparseVector } from "../binary-vectors.js";
import type { EmbeddingSpace } from "../embedding-space.js";

interface UnanalyzedRow extends Omit<UnanalyzedPassage, "projectId"> {
  project_id: string;
}

/** Passages of all projects whose terms are to be found. */
export async function unanalyzedPassages(query: Query, limit: number): Promise<UnanalyzedPassage[]> {
  const rows = await query<UnanalyzedRow>(
    `select c.project_id, n.name as namespace, n.language, c.memory_seq::text as seq, c.ordinal,
      coalesce(c.content, m.content) as content
    from persisto.chunks c
    join persisto.memories m on m.project_id = c.project_id and m.seq = c.memory_seq
    join persisto.namespaces n on n.project_id = c.project_id and n.id = c.namespace_id
    where c.terms is null
    order by c.project_id, c.memory_seq
    limit $1::int`,
    [limit],
  );
  return rows.map(({ project_id: projectId, ...row }) => ({ projectId, ...row }));
}

/** Stores what was found, unless the passage or the language of its namespace is another one by now; gives how many. */
export async function storeTerms(
  query: Query,
  space: EmbeddingSpace,
  passages: Parameters<Store["storeTerms"]>[0],
): Promise<number> {
  const rows = await query(
    `update persisto.chunks c set terms = t.terms, length = t.length
    from unnest($1::text[], $2::int8[], $3::int[], $4::text[], $5::text[], $6::sparsevec[], $7::int[])
      as t (project_id, seq, ordinal, language, content, terms, length)
    join persisto.namespaces n on n.project_id = t.project_id
    join persisto.memories m on m.project_id = t.project_id and m.seq = t.seq
    where c.project_id = t.project_id
      and c.memory_seq = t.seq
      and c.ordinal = t.ordinal
      and c.terms is null
      and n.id = c.namespace_id
      and n.language = t.language
      and coalesce(c.content, m.content) = t.content
    returning 1 as one`,
    [
      passages.map(({ projectId }) => projectId),
      passages.map(({ seq }) => seq),
      passages.map(({ ordinal }) => ordinal),
      passages.map(({ language }) => language),
      passages.map(({ content }) => content),
      binaryArray(
        passages.map(({ terms }) => binarySparseVector(terms.weights)),
        space.typeIds.sparseVector,
      ),
      passages.map(({ terms }) => terms.length),
    ],
  );
  return rows.length;
}
