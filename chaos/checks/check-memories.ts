import { contentOf } from "../lib/content-of.js";
import type { Ledger } from "../lib/ledger.js";
import { noneOf, type Check } from "../lib/verdict.js";
import type { Allowances, StoreCheck } from "./store-check.js";

/** A memory as the tables have it. */
export interface StoredMemory {
  readonly id: string;
  readonly operation: string | null;
  readonly content: string;
  /** How many passages it says it has. */
  readonly wanted: number;
  /** How many there are: with their words, and with a vector. */
  readonly chunks: number;
  readonly embeddings: number;
}

const storedMemories = `
  select m.id, m.metadata->>'operation' as operation, m.content, m.chunk_count as wanted,
    (select count(*)::int from persisto.chunks c
      where c.project_id = m.project_id and c.memory_seq = m.seq and c.terms is not null and c.ordinal < m.chunk_count) as chunks,
    (select count(*)::int from persisto.embeddings_1 e
      where e.project_id = m.project_id and e.memory_seq = m.seq and e.ordinal < m.chunk_count) as embeddings
  from persisto.memories m
  where m.metadata ? 'operation'`;

/** Acknowledged: there, once and whole. Refused: not there. Unknown: once and whole, or not there. */
export const checkMemories: StoreCheck = async (ledger, probe, allowed) =>
  judgeMemories(ledger, await probe.rows<StoredMemory>(storedMemories), allowed);

/** The same for rows that have been read. */
export function judgeMemories(
  { fates }: Pick<Ledger, "fates">,
  stored: readonly StoredMemory[],
  { unansweredAndDone }: Allowances,
): Check[] {
  const byOperation = groupByOperation(stored);
  const lost: string[] = [];
  const other: string[] = [];
  const refused: string[] = [];
  const unknown = { there: 0, absent: 0 };
  for (const [operation, fate] of fates) {
    const [memory] = byOperation.get(operation) ?? [];
    if (fate.kind === "refused" && memory) refused.push(operation);
    if (fate.kind === "unknown") unknown[memory ? "there" : "absent"] += 1;
    if (fate.kind !== "acknowledged") continue;
    if (!memory) lost.push(operation);
    else if (memory.id !== fate.id || memory.wanted !== fate.chunks) other.push(operation);
  }
  const half = stored.filter((memory) => !isWhole(memory)).map(({ operation }) => String(operation));
  const double = [...byOperation].filter(([, memories]) => memories.length > 1).map(([operation]) => operation);
  const unsent = [...byOperation.keys()].filter((operation) => !fates.has(operation));
  return [
    noneOf("acknowledged and lost", lost),
    noneOf("acknowledged with another id or another count of passages than is stored", other),
    noneOf("there by half", half),
    noneOf("there twice", double),
    noneOf("refused and there", refused),
    noneOf("there and never sent", unsent),
    {
      name: unansweredAndDone ? "unknown, whole and once or not there" : "unknown and not there",
      isMet: unansweredAndDone || unknown.there === 0,
      found: `${unknown.there} there, ${unknown.absent} not`,
    },
  ];
}

function groupByOperation(stored: readonly StoredMemory[]): Map<string, StoredMemory[]> {
  const groups = new Map<string, StoredMemory[]>();
  for (const memory of stored) {
    const operation = memory.operation ?? "";
    groups.set(operation, [...(groups.get(operation) ?? []), memory]);
  }
  return groups;
}

function isWhole({ operation, content, wanted, chunks, embeddings }: StoredMemory): boolean {
  return operation !== null && content === contentOf(operation) && chunks === wanted && embeddings === wanted;
}
