import { NodeRelationship, TextNode } from "@llamaindex/core/schema";
import { VectorStoreQueryMode, type MetadataFilter, type MetadataFilters } from "@llamaindex/core/vector-store";
import { matchesFilters } from "@persisto/contract";
import fc from "fast-check";
import { SimpleVectorStore } from "llamaindex";
import { describe, expect, it } from "vitest";
import { toSaveInput } from "../src/node-record.js";
import { toFilters } from "../src/to-filters.js";
import { LetterEmbedding } from "./vectors.js";

const embedModel = new LetterEmbedding(1);

function nodeOf(metadata: Record<string, unknown>): TextNode {
  const relationships = { [NodeRelationship.SOURCE]: { nodeId: "document", metadata: {} } };
  return new TextNode({ id_: "node", text: "text", metadata, embedding: [1], relationships });
}

/** What LlamaIndex's own store has to say. */
async function simpleStoreFinds(filters: MetadataFilters, metadata: Record<string, unknown>): Promise<boolean> {
  const store = new SimpleVectorStore({ embedModel });
  await store.add([nodeOf(metadata)]);
  const query = { queryEmbedding: [1], similarityTopK: 1, mode: VectorStoreQueryMode.DEFAULT, filters };
  return (await store.query(query)).ids.length === 1;
}

async function persistoFinds(filters: MetadataFilters, metadata: Record<string, unknown>): Promise<boolean> {
  const { metadata: stored } = toSaveInput(nodeOf(metadata), "any");
  const findTexts = async (key: string, part: string) =>
    [metadata[key]].filter((value) => typeof value === "string" && value.includes(part)) as string[];
  return matchesFilters(await toFilters(filters, findTexts), stored!);
}

const one = (filter: object): MetadataFilters => ({ filters: [filter as MetadataFilter] });

describe("filters of LlamaIndex's users", () => {
  it("mean what SimpleVectorStore means by them, on any metadata", async () => {
    await fc.assert(
      fc.asyncProperty(filterLists, metadatas, async (filters, metadata) => {
        fc.pre(isComparable(filters, metadata));
        expect(await persistoFinds(filters, metadata)).toBe(await simpleStoreFinds(filters, metadata));
      }),
      { numRuns: 3_000 },
    );
  });

  it("find 0 and the empty text among others, where SimpleVectorStore takes them for nothing found", async () => {
    for (const value of [0, ""]) {
      const filter = { key: "a", value: [value, 7], operator: "in" };
      expect(await persistoFinds(one(filter), { a: value })).toBe(true);
      expect(await persistoFinds(one({ ...filter, operator: "nin" }), { a: value })).toBe(false);
      expect(await persistoFinds(one({ key: "a", value, operator: "contains" }), { a: [value] })).toBe(true);
    }
  });

  it("take booleans, which metadata has and LlamaIndex's types leave out", async () => {
    expect(await persistoFinds(one({ key: "a", value: true, operator: "==" }), { a: true })).toBe(true);
    expect(await persistoFinds(one({ key: "a", value: true, operator: "!=" }), { a: true })).toBe(false);
  });

  it.each<[object, string]>([
    [one({ key: "a", value: 1, operator: "like" }), 'filters.filters[0]: "like" is no operator; there are ==, !=, >'],
    [one({ key: "a", value: 1, operator: "constructor" }), '"constructor" is no operator'],
    [one({ filters: [] }), "is no operator"],
    [{ filters: [], condition: "not" }, 'filters.condition: must be "and" or "or"'],
    [one({ key: "a", operator: "==" }), "filters.filters[0]: the value must be a string or number"],
    [one({ key: "a", value: Number.NaN, operator: "!=" }), "the value must be a string or number"],
    [one({ key: "a", value: ["x"], operator: "==" }), "the value must be a string or number"],
    [one({ key: "a", value: true, operator: ">" }), "the value must be a string or number"],
    [one({ key: "a", value: "x", operator: "in" }), "the value must be a list of strings or numbers"],
    [one({ key: "a", value: [null], operator: "any" }), "the value must be a list of strings or numbers"],
    [one({ key: "not", value: 1, operator: "==" }), "the key `not`"],
  ])("%j is an error that names the place", async (filters, message) => {
    await expect(toFilters(filters as MetadataFilters, async () => [])).rejects.toThrow(message);
  });
});

// Without 0 and "" in lists, which SimpleVectorStore loses; the test above has them.
const scalars = fc.constantFrom<string | number>("a", "b", "ab", "B", 1, 2, -1);
const values = fc.oneof(scalars, fc.constantFrom("", 0, null, true), fc.array(scalars, { maxLength: 3 }));
// Words of Persisto's filters among them, and keys of objects.
const keys = fc.constantFrom("x", "y", "and", "in", "eq", "a.b");
const metadatas = fc.dictionary(keys, values, { noNullPrototype: true });
const lists = fc.array(scalars, { maxLength: 3 });

const filterOf = (operators: MetadataFilter["operator"][], operands: fc.Arbitrary<unknown>) =>
  fc.record({ key: keys, operator: fc.constantFrom(...operators), value: operands }) as fc.Arbitrary<MetadataFilter>;

const filterLists: fc.Arbitrary<MetadataFilters> = fc.record(
  {
    filters: fc.array(
      fc.oneof(
        filterOf(["==", "!="], fc.oneof(scalars, fc.constantFrom("", 0))),
        filterOf([">", ">=", "<", "<=", "contains"], scalars),
        filterOf(["text_match"], fc.constantFrom("a", "b", "ab", "")),
        filterOf(["in", "nin", "any", "all"], lists),
        filterOf(["is_empty"], fc.constant(undefined)),
      ),
      { maxLength: 3 },
    ),
    condition: fc.constantFrom("and" as const, "or" as const),
  },
  { requiredKeys: ["filters"] },
);

/** SimpleVectorStore orders 1 and "a" as JavaScript would, and fails on parts of numbers; Persisto says false. */
function isComparable({ filters }: MetadataFilters, metadata: Record<string, unknown>): boolean {
  return filters.every(({ key, operator, value }) => {
    const found = metadata[key];
    if (found === undefined) return true;
    if (operator === "text_match") return typeof found === "string" || Array.isArray(found);
    return !/^[<>]/.test(operator) || typeof found === typeof value;
  });
}
