import { PersistoError, type QueryInput } from "@persisto/contract";
import type { EmbeddedQuery } from "../embedders/embedding-service.js";
import type { SplitQuery } from "../lexical/exclusions.js";
import { textAnalyzer } from "../lexical/text-analyzer.js";
import { textQuery, type TextQuery } from "../lexical/text-query.js";
import { backgroundOf, withoutBackground } from "../retrieval/background.js";
import { needsCalibration, uncalibrated, type Calibration } from "../retrieval/calibrate.js";
import { exactPassages, planAccess, searchBreadth } from "../retrieval/plan-access.js";
import type { ResolvedProfile } from "../retrieval/profiles.js";
import type {
  Candidate,
  NamespaceStatistics,
  QueryUsage,
  QueryVector,
  SearchPlan,
  SearchResult,
} from "../store/store.js";
import type { Engine } from "./engine.js";
import { unknownNamespace } from "./not-found.js";
import { ownVector } from "./own-vector.js";
import type { Stopwatch } from "./stopwatch.js";
import { termStatistics } from "./term-statistics.js";

/** Candidates by each measure that fusion needs; twice as many bring nothing more for ten results. */
const fusedCandidates = 50;

/** Share of the memories below which an index of metadata is quicker than looking at each: at a tenth of 10,000 by a fifth. */
const indexedSelectivity = 0.3;

/** How often a namespace may be deleted and made again during one query. */
const maxAttempts = 3;

/** What is looked for. */
export interface Wanted {
  readonly input: QueryInput;
  readonly profile: ResolvedProfile;
  readonly stopwatch: Stopwatch;
}

/** What a query found, before ranking. */
export interface Found {
  readonly candidates: readonly Candidate[];
  /** The query's words. */
  readonly asked: SplitQuery;
  readonly plan: SearchPlan;
  readonly statistics: NamespaceStatistics;
  /** Null when it was not needed. */
  readonly selectivity: number | null;
  readonly calibration: Calibration;
  /** What the query has used; entered in the ledger with the search, unless the hits are reranked. */
  readonly usage: QueryUsage;
}

/** What is looked for, as it is asked of an index. */
interface Asked {
  readonly words: SplitQuery;
  readonly vector: Float32Array | null;
  /** Null when it is not to be entered with the search. */
  readonly counts: QueryUsage | null;
}

/** @throws PersistoNotFoundError for an unknown namespace. */
export async function findCandidates(engine: Engine, wanted: Wanted): Promise<Found> {
  const { scope, catalog } = engine;
  const { profile, stopwatch, input } = wanted;
  const words = await split(engine, input);
  stopwatch.lap("plan");
  const { vector, tokens } =
    profile.retrieval === "text" ? { vector: null, tokens: 0 } : await vectorOf(engine, input, words);
  stopwatch.lap("embed");
  // A store that is given every vector may have an embedder that cannot be asked. All that may fail is done before the search,
  // which enters the query in the ledger.
  const calibration = input.explain || needsCalibration(profile) ? await engine.calibration() : uncalibrated;
  const usage: QueryUsage = { embeddedTokens: tokens };
  const asked: Asked = { words, vector, counts: input.rerank ? null : usage };
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const planned = await makePlan(engine, wanted, asked);
    stopwatch.lap("plan");
    const { plan: run, result } = await search(engine, planned.plan, profile);
    stopwatch.lap("search");
    if (result === "unknown") throw unknownNamespace(input.namespace);
    if (result !== "replaced") {
      return { ...planned, asked: words, plan: run, candidates: result.candidates, calibration, usage };
    }
    // Deleted and made again since its statistics were read.
    catalog.forget(scope, input.namespace);
  }
  throw new PersistoError("unavailable", "The namespace was deleted and made again during the query; ask again.");
}

/** By the language of the namespace. An unknown one is found out here, before an embedder is paid for it. */
async function split({ scope, catalog }: Engine, { namespace, query }: QueryInput): Promise<SplitQuery> {
  if (query === undefined) return { wanted: "", excluded: null };
  const statistics = await catalog.statistics(scope, namespace);
  if (statistics === null) throw unknownNamespace(namespace);
  const analyzer = await textAnalyzer({ projectId: scope.projectId, namespace, language: statistics.language });
  return analyzer.split(query);
}

async function vectorOf(
  { embedding }: Engine,
  { embedding: own }: QueryInput,
  { wanted }: SplitQuery,
): Promise<EmbeddedQuery> {
  return own === undefined
    ? embedding.embedQuery(wanted)
    : { vector: ownVector(own, { dimensions: embedding.dimensions, field: "embedding" }), tokens: 0 };
}

async function makePlan(
  engine: Engine,
  { input, profile }: Wanted,
  { words, vector, counts }: Asked,
): Promise<Pick<Found, "statistics" | "selectivity" | "plan">> {
  const { scope, catalog } = engine;
  const { namespace, filters = {} } = input;
  const statistics = await catalog.statistics(scope, namespace);
  if (statistics === null) throw unknownNamespace(namespace);
  // Where everything is read exactly, how much the filters keep makes no difference.
  const isUnfiltered = Object.keys(filters).length === 0 || statistics.passages <= exactPassages;
  const selectivity = isUnfiltered ? null : await catalog.selectivity(scope, namespace, filters);
  engine.considerIndex(scope, namespace, statistics);
  const access = planAccess({ ...statistics, selectivity: selectivity ?? 1 });
  return {
    statistics,
    selectivity,
    plan: {
      namespace,
      namespaceId: statistics.id,
      vector: vector && {
        ...directed(vector, profile, statistics),
        access: access.vector,
        breadth: searchBreadth(statistics.passages),
      },
      text:
        profile.retrieval === "vector"
          ? null
          : await textOf(engine, namespace, { words, statistics, kind: access.text }),
      filters,
      filtersByIndex: selectivity !== null && selectivity < indexedSelectivity,
      candidates: candidatesFor(profile),
      withVectors: profile.diversity > 0,
      counts,
    },
  };
}

/** A search by vector alone is for what is nearest, and for nothing else. */
function directed(
  values: Float32Array,
  { retrieval }: ResolvedProfile,
  { meanVector, passages }: NamespaceStatistics,
): Omit<QueryVector, "access" | "breadth"> {
  if (retrieval === "vector" || meanVector === null) return { values, direction: values, background: null };
  const background = backgroundOf(meanVector, { passages });
  return { values, direction: withoutBackground(values, background), background };
}

/** Null for a query of nothing but stop words. */
async function textOf(
  { scope: { projectId } }: Engine,
  namespace: string,
  {
    words,
    statistics,
    kind,
  }: { words: SplitQuery; statistics: NamespaceStatistics; kind: TextQuery["access"]["kind"] },
): Promise<TextQuery | null> {
  const { terms, keyOf } = await textAnalyzer({ projectId, namespace, language: statistics.language });
  const text = textQuery(terms(words.wanted), { keyOf, statistics: termStatistics(statistics), kind });
  return text.terms.length === 0 ? null : text;
}

/** In a few sizes, so that the database keeps a few plans. Vectors alone are ranked as they come, unless something else has a say. */
function candidatesFor({ retrieval, k, recency, diversity, groupBy }: ResolvedProfile): number {
  const asTheyCome = retrieval === "vector" && recency === null && diversity === 0 && groupBy === "passage";
  const wanted = asTheyCome ? k : Math.max(fusedCandidates, 2 * k);
  return candidateSizes.find((size) => size >= wanted) ?? wanted;
}

const candidateSizes = [10, 20, 50, 100, 200];

/** Runs a plan; exactly, when an index brought too few that the filters keep. Gives the plan that was run in the end. */
async function search(
  { scope, store }: Engine,
  planned: SearchPlan,
  { k }: ResolvedProfile,
): Promise<{ plan: SearchPlan; result: SearchResult }> {
  // A search by text for stop words alone.
  if (planned.vector === null && planned.text === null) {
    if (planned.counts) await store.countQuery(scope, planned.counts);
    return { plan: planned, result: { candidates: [] } };
  }
  const result = await store.search(scope, planned);
  if (typeof result === "string" || planned.vector?.access !== "index") return { plan: planned, result };
  if (result.candidates.filter(({ vectorRank }) => vectorRank !== null).length >= k) return { plan: planned, result };
  const exact: SearchPlan = {
    ...planned,
    vector: { ...planned.vector, access: "exact" },
    text: planned.text && { ...planned.text, access: { kind: "exact" } },
    // With the first search.
    counts: null,
  };
  return { plan: exact, result: await store.search(scope, exact) };
}
