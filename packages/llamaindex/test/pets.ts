import { NodeRelationship, TextNode } from "@llamaindex/core/schema";
import {
  VectorStoreQueryMode,
  type VectorStoreQuery,
  type VectorStoreQueryResult,
} from "@llamaindex/core/vector-store";
import { expect } from "vitest";
import { at } from "./vectors.js";

/** A query by a vector alone. */
export const byVector = (queryEmbedding: number[], more: Partial<VectorStoreQuery> = {}): VectorStoreQuery => ({
  queryEmbedding,
  similarityTopK: 10,
  mode: VectorStoreQueryMode.DEFAULT,
  ...more,
});

/** A query by a text. */
export const byText = (queryStr: string, more: Partial<VectorStoreQuery> = {}): VectorStoreQuery => ({
  queryStr,
  similarityTopK: 10,
  mode: VectorStoreQueryMode.DEFAULT,
  ...more,
});

/** A node, by what tests tell apart. */
export function node(id: string, text: string, { degrees, document, metadata = {} }: NodeOptions = {}): TextNode {
  return new TextNode({
    id_: id,
    text,
    metadata,
    ...(degrees !== undefined && { embedding: at(degrees) }),
    ...(document !== undefined && {
      relationships: { [NodeRelationship.SOURCE]: { nodeId: document, metadata: {} } },
    }),
  });
}

/** What a node can have besides. */
export interface NodeOptions {
  degrees?: number;
  document?: string;
  metadata?: Record<string, unknown>;
}

/** Nodes of two documents. */
export const pets = () => [
  node("cat", "Cats sleep most of the day.", {
    degrees: 60,
    document: "mammals",
    metadata: { legs: 4, tags: ["soft"] },
  }),
  node("dog", "Dogs like to fetch sticks.", { degrees: 0, document: "mammals", metadata: { legs: 4, tags: [] } }),
  node("parrot", "Parrots can learn to speak.", { degrees: 180, document: "birds", metadata: { legs: 2, note: "" } }),
];

/** A node that Persisto is to embed. */
export function withoutVector(pet: TextNode): TextNode {
  pet.embedding = undefined;
  return pet;
}

/** The ids of an answer; also checks what must hold of every one. */
export function idsOf({ nodes, ids, similarities }: VectorStoreQueryResult): string[] {
  expect(nodes?.map(({ id_ }) => id_)).toEqual(ids);
  expect(similarities).toHaveLength(ids.length);
  return ids;
}
