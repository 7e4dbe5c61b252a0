import { contentOf } from "../lib/content-of.js";
import type { Check } from "../lib/verdict.js";
import type { StoreCheck } from "./store-check.js";

const counted = `
  select coalesce(sum(saves), 0)::int as saves, coalesce(sum(queries), 0)::int as queries,
    coalesce(sum(stored_bytes), 0)::text as bytes
  from persisto.usage_events`;

const stored = `select metadata->>'operation' as operation from persisto.memories where metadata ? 'operation'`;

/**
 * What is billed equals what the client knows: every acknowledged save once, a refused one not at all, of those that nobody
 * knows about what was done, every query that was answered, and the bytes of what was sent.
 */
export const checkUsage: StoreCheck = async ({ fates, queries }, probe) => {
  const [usage] = await probe.rows<{ saves: number; queries: number; bytes: string }>(counted);
  const there = new Set((await probe.rows<{ operation: string }>(stored)).map(({ operation }) => operation));
  const done = [...fates].flatMap(([operation, { kind }]) =>
    kind === "acknowledged" || (kind === "unknown" && there.has(operation)) ? [operation] : [],
  );
  const bytes = done.reduce((sum, operation) => sum + bytesOf(operation), 0);
  return [
    equal("saves billed, as the client counts them", usage?.saves, done.length),
    equal("queries billed, as the client counts them", usage?.queries, queries),
    equal("bytes billed, as the client counts them", Number(usage?.bytes), bytes),
  ];
};

/** Content and metadata, as Postgres writes them. */
function bytesOf(operation: string): number {
  return Buffer.byteLength(contentOf(operation)) + Buffer.byteLength(`{"operation": "${operation}"}`);
}

function equal(name: string, found: number | undefined, wanted: number): Check {
  return { name, isMet: found === wanted, found: found === wanted ? String(found) : `${found} instead of ${wanted}` };
}
