import type { Hit, QueryInput, QueryResult } from "@persisto/contract";
import { parseInput, querySchema } from "@persisto/contract/http";
import type { ResolvedProfile } from "../retrieval/profiles.js";
import { rank, type Ranked } from "../retrieval/rank.js";
import type { Candidate } from "../store/store.js";
import type { Engine } from "./engine.js";
import { explainHit, explainQuery } from "./explain.js";
import { findCandidates } from "./find-candidates.js";
import { queryProfile } from "./query-profile.js";
import { checkRerank, hitsWanted, rerank, type Reranked } from "./rerank.js";
import { startStopwatch } from "./stopwatch.js";

/** A hit before it is shown. */
export type RankedHit = Ranked<Candidate> & Reranked;

export async function query(engine: Engine, input: QueryInput): Promise<QueryResult> {
  const stopwatch = startStopwatch();
  const parsed = parseInput(querySchema, input);
  const { namespace, query: text = "", filters = {}, explain = false } = parsed;
  const profile = queryProfile(engine, parsed);
  checkRerank(engine, parsed);
  const found = await findCandidates(engine, { input: parsed, profile, stopwatch });
  const { hits, dropped } = rank(
    found.candidates,
    { ...profile, k: hitsWanted(parsed, profile.k) },
    { textCeiling: found.plan.text?.fullScore ?? 0, calibration: found.calibration },
  );
  stopwatch.lap("rank");
  const best = await rerank(engine, { input: parsed, hits, k: profile.k });
  // A query that the reranker failed has not been answered.
  if (parsed.rerank) await engine.store.countQuery(engine.scope, found.usage);
  stopwatch.lap("rerank");
  engine.history.record({
    projectId: engine.scope.projectId,
    namespace,
    queryText: text,
    filters,
    topK: profile.k,
    mode: profile.name,
    count: best.length,
    durationMs: stopwatch.total(),
  });
  return {
    results: best.map((hit) => toHit(hit, profile, explain)),
    dropped,
    ...(explain && { explanation: explainQuery(found, profile, stopwatch) }),
  };
}

function toHit(hit: RankedHit, { retrieval }: ResolvedProfile, explain: boolean): Hit {
  const { id, namespace, content, metadata, createdAt, expiresAt, similarity, chunk } = hit.candidate;
  return {
    id,
    namespace,
    content,
    metadata,
    createdAt,
    expiresAt,
    similarity: retrieval === "text" ? null : similarity,
    score: hit.score,
    chunk,
    ...(explain && { explanation: explainHit(hit) }),
  };
}
