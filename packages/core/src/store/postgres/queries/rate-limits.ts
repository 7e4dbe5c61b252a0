import type { Query } from "../../sql-client.js";
import type { Bucket, Taken } from "../../shared-buckets.js";

/** Takes a token from each in turn, up to the first that has none (GCRA: a bucket is the time at which it is full). */
export async function takeTokens(query: Query, buckets: readonly Bucket[]): Promise<Taken[]> {
  if (buckets.length === 0) return [];
  const rows = await query<{ admitted: boolean; full_in_ms: number }>(
    takeStatement(buckets.length),
    buckets.flatMap(({ name, intervalUs, size }) => [name, intervalUs, intervalUs * size]),
    { reuse: true },
  );
  return rows.map(({ admitted, full_in_ms }) => ({ admitted, fullInMs: full_in_ms }));
}

/**
 * A denial changes nothing but is written, too: only what is returned from the row itself, once it is locked, is true when
 * several ask at once. Rows are locked in the order of the buckets, always from the smaller to the larger, so nobody waits in a circle.
 */
function takeStatement(count: number): string {
  const steps = Array.from({ length: count }, (_, index) => takeStep(index));
  const results = steps.map((_, index) => `select ${index} as step, admitted, full_at from bucket_${index}`);
  return `with ${steps.join(",\n")}
select admitted, (extract(epoch from full_at - statement_timestamp()) * 1000)::float8 as full_in_ms
from (${results.join("\nunion all\n")}) as taken
order by step`;
}

function takeStep(index: number): string {
  const [name, interval, whole] = [1, 2, 3].map((position) => `$${index * 3 + position}`);
  const oneMore = `greatest(held.full_at, statement_timestamp()) + ${interval}::float8 * interval '1 microsecond'`;
  const isThere = `${oneMore} <= statement_timestamp() + ${whole}::float8 * interval '1 microsecond'`;
  return `bucket_${index} as (
  insert into persisto.rate_limits as held (bucket, full_at, admitted)
  select ${name}::text, statement_timestamp() + ${interval}::float8 * interval '1 microsecond', true
  ${index === 0 ? "" : `from bucket_${index - 1} where admitted`}
  on conflict (bucket) do update
  set full_at = case when ${isThere} then ${oneMore} else held.full_at end, admitted = ${isThere}
  returning held.admitted, held.full_at
)`;
}

/** Forgets full buckets that nobody is about to use. */
export async function removeFullBuckets(query: Query, limit: number): Promise<number> {
  const rows = await query(
    `delete from persisto.rate_limits
    where bucket in (
      select bucket
      from persisto.rate_limits
      where full_at < statement_timestamp()
      limit $1::int
      for update skip locked
    )
    returning 1`,
    [limit],
  );
  return rows.length;
}
