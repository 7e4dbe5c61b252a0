import { PersistoError } from "@persisto/contract";
import type { Calibration } from "../../../retrieval/calibrate.js";
import type { Query } from "../../sql-client.js";
import type { EmbeddingSpace } from "../embedding-space.js";

/** What was measured of the space; null before. */
export async function findCalibration(query: Query, { embedderId }: EmbeddingSpace): Promise<Calibration | null> {
  const [row] = await query<{ noise: number | null; match: number | null }>(
    `select noise_similarity::float8 as noise, match_similarity::float8 as match
    from persisto.embedding_spaces
    where embedder_id = $1`,
    [embedderId],
  );
  if (row === undefined || row.noise === null || row.match === null) return null;
  return { noiseSimilarity: row.noise, matchSimilarity: row.match };
}

/** Keeps the first measurement, so that all servers go by the same. */
export async function storeCalibration(
  query: Query,
  { embedderId }: EmbeddingSpace,
  { noiseSimilarity, matchSimilarity }: Calibration,
): Promise<void> {
  const rows = await query(
    `update persisto.embedding_spaces set
      noise_similarity = coalesce(noise_similarity, $2::real),
      match_similarity = coalesce(match_similarity, $3::real)
    where embedder_id = $1
    returning id`,
    [embedderId, noiseSimilarity, matchSimilarity],
  );
  if (rows.length !== 1) throw new PersistoError("internal", "The calibration of the embedder was not stored.");
}
