import type { BaseEmbedding } from "@llamaindex/core/embeddings";
import { Settings } from "@llamaindex/core/global";
import type { BaseNode } from "@llamaindex/core/schema";
import { BaseVectorStore, type VectorStoreQuery, type VectorStoreQueryResult } from "@llamaindex/core/vector-store";
import { checkMemory, orEmpty, saveAll } from "@persisto/adapter-kit";
import type { Filters, Hit, Memory } from "@persisto/contract";
import { findTexts } from "./find-texts.js";
import { nodeKeys, toNode, toSaveInput } from "./node-record.js";
import { PersistoEmbedding } from "./persisto-embedding.js";
import { toAsked } from "./to-asked.js";
import { toFilters } from "./to-filters.js";

/** Where nodes are kept. */
export interface PersistoVectorStoreInit {
  /** An embedded engine, a `PersistoClient` or any other `Memory`. Never closed by the store. */
  memory: Memory;
  /** Nodes of another namespace are never seen. */
  namespace: string;
  /**
   * What makes the vectors, which must have the dimensions of the memory's. Default: `Settings.embedModel`, as of every store of
   * LlamaIndex; where that is not set, Persisto embeds.
   */
  embedModel?: BaseEmbedding;
}

interface Found {
  node: BaseNode;
  similarity: number;
}

/** LlamaIndex's vector store over a Persisto memory. Similarities are cosines: higher is better. */
export class PersistoVectorStore extends BaseVectorStore<Memory> {
  override storesText = true;
  readonly namespace: string;
  private readonly memory: Memory;

  constructor(init: PersistoVectorStoreInit) {
    // Its newer name, embedModel, the first packages of 0.6 do not know.
    super({ embeddingModel: init?.embedModel ?? defaultModel() });
    checkMemory(init, "namespace");
    this.memory = init.memory;
    this.namespace = init.namespace;
  }

  /** The memory it was made with. */
  override client(): Memory {
    return this.memory;
  }

  /** Saves nodes under their ids, which come back in order. A node whose id is there replaces that one. */
  override async add(embeddingResults: BaseNode[]): Promise<string[]> {
    return saveAll(
      this.memory,
      embeddingResults.map((node) => toSaveInput(node, this.namespace)),
    );
  }

  /** Deletes every node of a document; a node without a source is its own document. */
  override async delete(refDocId: string): Promise<void> {
    await this.memory.delete({ namespace: this.namespace, filters: { [nodeKeys.document]: refDocId } });
  }

  /**
   * The best nodes, their ids and similarities, in step and best first. In the modes `hybrid` and `sparse` similarities are
   * the score that ranked them, 0..1.
   * @throws PersistoValidationError for a mode or filter that there is not.
   */
  override async query(query: VectorStoreQuery): Promise<VectorStoreQueryResult> {
    const asked = toAsked(query);
    const filters = await this.filtersOf(query);
    if (!asked || query.similarityTopK <= 0) return inStep([]);
    const { namespace, memory } = this;
    const input = { namespace, k: query.similarityTopK, ...asked, ...(filters && { filters }) };
    const { results } = await orEmpty(memory.query(input), { results: [], dropped: 0 });
    const found = await Promise.all(results.map((hit) => this.find(hit, asked.mode.retrieval === "vector")));
    return inStep(found.filter((each) => each !== null));
  }

  private async filtersOf({ filters, docIds }: VectorStoreQuery): Promise<Filters | undefined> {
    const { memory, namespace } = this;
    const both: Filters[] = [];
    if (filters) both.push(await toFilters(filters, (key, part) => findTexts(memory, { namespace, key, part })));
    // Most stores of LlamaIndex take them as ids of documents, SimpleVectorStore as ids of nodes.
    if (docIds) both.push({ or: [{ [nodeKeys.document]: { in: docIds } }, { [nodeKeys.id]: { in: docIds } }] });
    return both.length > 1 ? { and: both } : both[0];
  }

  /** The whole node, also where only a passage of it was found; null when it was deleted meanwhile. */
  private async find(hit: Hit, byVector: boolean): Promise<Found | null> {
    const { id, metadata, chunk, similarity, score } = hit;
    const whole = chunk.count === 1 ? hit : await this.memory.get({ id, namespace: this.namespace });
    if (!whole) return null;
    return {
      node: toNode({ id, content: whole.content, metadata }),
      similarity: byVector ? (similarity ?? score) : score,
    };
  }
}

function defaultModel(): BaseEmbedding {
  try {
    return Settings.embedModel;
  } catch {
    // Not set, which LlamaIndex has no other way to tell.
    return new PersistoEmbedding();
  }
}

function inStep(found: readonly Found[]): VectorStoreQueryResult {
  return {
    nodes: found.map(({ node }) => node),
    similarities: found.map(({ similarity }) => similarity),
    ids: found.map(({ node }) => node.id_),
  };
}
