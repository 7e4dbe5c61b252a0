import { PersistoError, type Embedder } from "@persisto/contract";
import type { Query, SqlClient } from "../sql-client.js";

/** The vectors of one embedder: a table and the type of its elements. */
export interface EmbeddingSpace {
  readonly embedderId: string;
  readonly dimensions: number;
  /** Qualified and safe to put into SQL. */
  readonly table: string;
  /** Type of a vector, e.g. `halfvec(256)`; safe to put into SQL. */
  readonly type: string;
  readonly vectorType: SqlClient["vectorType"];
  /** Operator class of an index by cosine distance, e.g. `halfvec_cosine_ops`; safe to put into SQL. */
  readonly operatorClass: string;
  /** Object identifiers of the types of vectors and of sparse vectors, which arrays of them name. */
  readonly typeIds: TypeIds;
  /** As the client's. */
  readonly buildsConcurrently: boolean;
}

interface TypeIds {
  readonly vector: number;
  readonly sparseVector: number;
}

/** Largest vector that still leaves two rows a page when kept beside its row; larger ones go to TOAST. */
const largestInlineBytes = 3_900;

const bytesPerElement = { vector: 4, halfvec: 2 } as const;

/**
 * Chooses the embedder of a store, and makes its space if the store is new.
 * A store keeps the embedder it was made with: of the candidates the one with its id is taken,
 * whatever their order; a new store takes the first.
 * @throws PersistoError conflict when the store was made with none of the candidates.
 */
export async function openEmbeddingSpace(
  client: SqlClient,
  candidates: readonly [Embedder, ...Embedder[]],
): Promise<{ space: EmbeddingSpace; embedder: Embedder }> {
  return client.transaction(async (query) => {
    // Servers that start together must agree on the first embedder.
    await query("lock table persisto.embedding_spaces in exclusive mode");
    const [recorded] = await query<SpaceRow>(
      "select id, embedder_id, dimensions from persisto.embedding_spaces order by id limit 1",
    );
    const embedder = recorded ? matching(recorded, candidates) : candidates[0];
    const { vectorType, buildsConcurrently } = client;
    const database = { vectorType, buildsConcurrently, typeIds: await readTypeIds(query, vectorType) };
    const row = recorded ?? (await createSpace(query, database, embedder));
    return { space: toSpace(row, database), embedder };
  });
}

async function readTypeIds(query: Query, vectorType: SqlClient["vectorType"]): Promise<TypeIds> {
  const [row] = await query<{ vector: string; sparse: string }>(
    `select '${vectorType}'::regtype::oid::int8 as vector, 'sparsevec'::regtype::oid::int8 as sparse`,
  );
  if (!row) throw new PersistoError("internal", "The types of vectors were not found.");
  return { vector: Number(row.vector), sparseVector: Number(row.sparse) };
}

/** What a space has from its database. */
type Database = Pick<EmbeddingSpace, "vectorType" | "typeIds" | "buildsConcurrently">;

interface SpaceRow {
  id: number;
  embedder_id: string;
  dimensions: number;
}

function matching(recorded: SpaceRow, candidates: readonly Embedder[]): Embedder {
  const embedder = candidates.find(({ id }) => id === recorded.embedder_id);
  if (embedder?.dimensions === recorded.dimensions) return embedder;
  const offered = candidates.map(({ id, dimensions }) => `${id} (${dimensions} dimensions)`).join(", ");
  throw new PersistoError(
    "conflict",
    `This store holds vectors of ${recorded.embedder_id} (${recorded.dimensions} dimensions), but Persisto was started with ` +
      `${offered}. Start it with ${recorded.embedder_id}${hint(recorded.embedder_id)}, or use another data directory or database.`,
  );
}

function hint(embedderId: string): string {
  if (embedderId.startsWith("openai/")) return " (the server takes it when OPENAI_API_KEY is set)";
  if (!embedderId.startsWith("openai-compatible/")) return "";
  return " (the server takes it from OPENAI_BASE_URL, OPENAI_EMBEDDING_MODEL and OPENAI_EMBEDDING_DIMENSIONS)";
}

async function createSpace(query: Query, database: Database, embedder: Embedder): Promise<SpaceRow> {
  const [row] = await query<SpaceRow>(
    `insert into persisto.embedding_spaces (embedder_id, dimensions) values ($1, $2::int)
    returning id, embedder_id, dimensions`,
    [embedder.id, embedder.dimensions],
  );
  if (!row) throw new PersistoError("internal", "The embedding space was not recorded.");
  const { table, type } = toSpace(row, database);
  await query(`create table ${table} (
    project_id text not null,
    memory_seq bigint not null,
    ordinal integer not null,
    namespace_id bigint not null,
    expires_at timestamptz,
    embedding ${type} not null,
    -- Whether the vector index of the namespace, if there is one, is still to take the row in.
    deferred boolean not null,
    primary key (project_id, memory_seq, ordinal),
    foreign key (project_id, memory_seq, ordinal) references persisto.chunks on delete cascade on update cascade
  )`);
  if (row.dimensions * bytesPerElement[database.vectorType] <= largestInlineBytes) {
    await query(`alter table ${table} alter column embedding set storage plain`);
  }
  await query(`create index embeddings_${row.id}_by_namespace on ${table} (project_id, namespace_id, deferred)`);
  return row;
}

function toSpace(row: SpaceRow, { vectorType, typeIds, buildsConcurrently }: Database): EmbeddingSpace {
  // Both numbers are integer columns, so nothing a user wrote reaches the SQL text.
  return {
    embedderId: row.embedder_id,
    dimensions: row.dimensions,
    table: `persisto.embeddings_${row.id}`,
    type: `${vectorType}(${row.dimensions})`,
    vectorType,
    operatorClass: `${vectorType}_cosine_ops`,
    typeIds,
    buildsConcurrently,
  };
}
