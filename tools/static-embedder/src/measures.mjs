/** Retrieval and similarity measures over unit vectors. */

/** @typedef {(texts: string[], kind: "query" | "document") => Promise<Float32Array[]>} Embed */

const dot = (/** @type {Float32Array} */ a, /** @type {Float32Array} */ b) => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
};

/** Positions of the k best scores, best first; the earlier wins a tie. @param {Float64Array} scores @param {number} k */
function best(scores, k) {
  /** @type {number[]} */ const top = [];
  for (let i = 0; i < scores.length; i++) {
    if (top.length === k && scores[i] <= scores[top[k - 1]]) continue;
    let at = top.length;
    while (at > 0 && scores[top[at - 1]] < scores[i]) at--;
    top.splice(at, 0, i);
    if (top.length > k) top.pop();
  }
  return top;
}

/**
 * Means over the queries, each searched inside its own scope by vectors alone.
 * @param {import("./datasets.mjs").RetrievalSet} set @param {Embed} embed
 */
export async function retrievalMeasures(set, embed) {
  const documentVectors = await embed(
    set.documents.map((item) => item.text),
    "document",
  );
  const queryVectors = await embed(
    set.queries.map((item) => item.text),
    "query",
  );
  /** @type {Map<string, number[]>} */ const scopes = new Map();
  set.documents.forEach((item, i) => (scopes.get(item.scope) ?? scopes.set(item.scope, []).get(item.scope))?.push(i));
  const sums = { recall: 0, precision: 0, first: 0 };
  set.queries.forEach((query, q) => {
    const members = scopes.get(query.scope) ?? [];
    const relevant = set.relevant.get(query.id) ?? new Set();
    const scores = Float64Array.from(members, (i) => dot(queryVectors[q], documentVectors[i]));
    const hits = best(scores, 10).map((at) => relevant.has(set.documents[members[at]].id));
    const found = hits.filter(Boolean).length;
    sums.recall += found / relevant.size;
    sums.precision += found / 10;
    sums.first += hits[0] ? 1 : 0;
  });
  const count = set.queries.length;
  return { recall: sums.recall / count, precision: sums.precision / count, first: sums.first / count, count };
}

/** Ranks with ties averaged. @param {number[]} values */
function ranks(values) {
  const order = values.map((_, i) => i).sort((a, b) => values[a] - values[b]);
  const result = new Array(values.length);
  for (let start = 0; start < order.length;) {
    let end = start;
    while (end < order.length && values[order[end]] === values[order[start]]) end++;
    for (let i = start; i < end; i++) result[order[i]] = (start + end - 1) / 2;
    start = end;
  }
  return result;
}

/** Spearman correlation of cosine and human score. @param {{ a: string, b: string, score: number }[]} pairs @param {Embed} embed */
export async function similarityCorrelation(pairs, embed) {
  const a = await embed(
    pairs.map((pair) => pair.a),
    "document",
  );
  const b = await embed(
    pairs.map((pair) => pair.b),
    "document",
  );
  const x = ranks(pairs.map((_, i) => dot(a[i], b[i])));
  const y = ranks(pairs.map((pair) => pair.score));
  const mean = (pairs.length - 1) / 2;
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    xy += (x[i] - mean) * (y[i] - mean);
    xx += (x[i] - mean) ** 2;
    yy += (y[i] - mean) ** 2;
  }
  return xy / Math.sqrt(xx * yy);
}
