import type { Hit, QueryInput, QueryResult } from "@persisto/contract";
import { parseInput, querySchema } from "@persisto/contract/http";
import { resolveProfile } from "../retrieval/profiles.js";
import { rank, type Ranked } from "../retrieval/rank.js";
import type { Candidate } from "../store/store.js";
import type { Engine } from "./engine.js";
import { unknownNamespace } from "./not-found.js";

/** Candidates by each measure; twice as many bring nothing more for ten results. */
const minCandidates = 50;

export async function query(engine: Engine, input: QueryInput): Promise<QueryResult> {
  const startedAt = performance.now();
  const { namespace, query: text, filters = {}, mode = "strict", k } = parseInput(querySchema, input);
  const profile = resolveProfile(mode, { k, noiseSimilarity: engine.embedding.noiseSimilarity });
  const candidates = await engine.store.search(engine.scope, {
    namespace,
    text,
    vector: await engine.embedding.embedQuery(text),
    filters,
    candidates: Math.max(minCandidates, 2 * profile.k),
  });
  if (candidates === null) throw unknownNamespace(namespace);
  const results = rank(candidates, profile).map(toHit);
  engine.history.record({
    projectId: engine.scope.projectId,
    namespace,
    queryText: text,
    filters,
    topK: profile.k,
    mode: profile.name,
    count: results.length,
    durationMs: performance.now() - startedAt,
  });
  return { results };
}

function toHit(candidate: Ranked<Candidate>): Hit {
  const { id, namespace, content, metadata, createdAt, expiresAt, similarity, score, chunk } = candidate;
  return { id, namespace, content, metadata, createdAt, expiresAt, similarity, score, chunk };
}
