import { contentOf, sentenceOf } from "../lib/content-of.js";
import { wholeBelow, type Random } from "../lib/seeded-random.js";

/** A request of the load. */
export interface Operation {
  readonly path: string;
  readonly body: string;
}

/** Memories that queries look for. */
export const preloaded = 300;

/** So many that none gets as large as to be given a vector index, which slows saves. */
const namespacesOfSaves = 200;

/** The content of the memory with this number, among those that queries look for. */
export function preloadOf(number: number): Operation {
  const operation = `preload${number}`;
  return save("overload", operation);
}

/** Queries and saves by turns. */
export function createOperations(random: Random): () => Operation {
  let count = 0;
  return () => {
    count += 1;
    if (count % 2 === 0) return save(`overload-${count % namespacesOfSaves}`, `load${count}`);
    const query = sentenceOf(`preload${wholeBelow(preloaded, random)}`, wholeBelow(20, random));
    return { path: "/v1/memory/query", body: JSON.stringify({ namespace: "overload", query, k: 5 }) };
  };
}

function save(namespace: string, operation: string): Operation {
  return {
    path: "/v1/memory/save",
    body: JSON.stringify({ namespace, content: contentOf(operation), metadata: { operation } }),
  };
}
