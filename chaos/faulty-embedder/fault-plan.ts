import type { EmbeddingItem, Fault } from "../../packages/core/src/embedders/testing/fake-embedding-server.js";
import { wholeBelow, type Random } from "../lib/seeded-random.js";

/** What goes wrong with one call in three. */
const faults: Readonly<Record<string, Fault>> = {
  "429 with Retry-After": { status: 429, headers: { "retry-after": "1" }, body: { error: { message: "slow down" } } },
  "429 without Retry-After": { status: 429, body: { error: { message: "slow down" } } },
  "500": { status: 500, body: { error: { message: "it broke" } } },
  "503 as a page": { status: 503, headers: { "content-type": "text/html" }, body: "<html>" },
  hang: "hang",
  "hang in the body": "hang-in-body",
  reset: "reset",
  "reset in the body": "reset-in-body",
  "broken JSON": "broken-json",
  "no list": { status: 200, body: { object: "list" } },
  "fewer items": (items) => items.slice(1),
  "more items": (items) => [...items, { ...items[0]!, index: items.length }],
  "an index twice": (items) => items.map((item) => ({ ...item, index: 0 })),
  "shorter vectors": changeVectors((vector) => vector.slice(1)),
  "a null in a vector": changeVectors((vector) => [null, ...vector.slice(1)]),
  "zero vectors": changeVectors((vector) => vector.map(() => 0)),
  "texts for vectors": changeVectors(() => "vector"),
};

/** Hangs keep one of the embedder's four slots for its whole patience, so they are rare. */
const hangs = { names: ["hang", "hang in the body"], oneIn: 4 };

/** Decides for each call whether, and how, it fails. */
export interface FaultPlan {
  next(): Fault;
  /** No faults from now on. */
  end(): void;
  /** How many calls met with each fault, and how many with none. */
  readonly counts: ReadonlyMap<string, number>;
}

/** A plan by a seeded random: `share` of the calls fail. */
export function createFaultPlan(share: number, { random, hangsToo }: { random: Random; hangsToo: boolean }): FaultPlan {
  const names = Object.keys(faults);
  const counts = new Map<string, number>();
  let hasEnded = false;
  const draw = (): string => {
    if (random() >= share) return "none";
    const name = names[wholeBelow(names.length, random)]!;
    const isRarer = hangs.names.includes(name) && !(hangsToo && wholeBelow(hangs.oneIn, random) === 0);
    return isRarer ? "500" : name;
  };
  return {
    next() {
      if (hasEnded) return "ok";
      const name = draw();
      counts.set(name, (counts.get(name) ?? 0) + 1);
      return faults[name] ?? reordered;
    },
    end: () => (hasEnded = true),
    counts,
  };
}

/** A good answer, in another order than asked: the index counts. */
const reordered: Fault = (items) => items.toReversed();

function changeVectors(change: (vector: readonly number[]) => unknown): (items: EmbeddingItem[]) => unknown[] {
  return (items) => items.map((item) => ({ ...item, embedding: change(item.embedding as number[]) }));
}
