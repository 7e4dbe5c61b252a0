import type { Callbacks } from "@langchain/core/callbacks/manager";
import { Document, type DocumentInterface } from "@langchain/core/documents";
import type { EmbeddingsInterface } from "@langchain/core/embeddings";
import { VectorStore, type MaxMarginalRelevanceSearchOptions } from "@langchain/core/vectorstores";
import { checkMemory, invalidInput as invalid, orEmpty, saveAll } from "@persisto/adapter-kit";
import {
  limits,
  type Filters,
  type Hit,
  type Memory,
  type QueryInput,
  type RetrievalProfile,
} from "@persisto/contract";
import type { PersistoFilter } from "./filters/persisto-filter.js";
import { bothFilters, toFilters } from "./filters/to-filters.js";
import { isPersistoEmbeddings, PersistoEmbeddings } from "./persisto-embeddings.js";
import { toSaveInputs } from "./to-save-inputs.js";

/** Where documents are kept. */
export interface PersistoVectorStoreArgs {
  /** An embedded engine, a `PersistoClient` or any other `Memory`. Never closed by the store. */
  memory: Memory;
  /** Documents of another namespace are never seen. */
  namespace: string;
  /** Holds for every search and deletion, together with the filter of the call. */
  filter?: PersistoFilter;
}

/** Which documents to delete: exactly one of these. */
export interface PersistoDeleteParams {
  ids?: string[];
  filter?: PersistoFilter;
  /** The whole namespace; of a store with a filter, what meets it. */
  deleteAll?: boolean;
}

/** LangChain's own default. */
const defaultK = 4;

/** The nearest documents, however far they are: LangChain's users cut by score themselves. */
const nearest: RetrievalProfile = {
  name: "langchain",
  retrieval: "vector",
  minRelevance: 0,
  minSimilarity: -1,
  groupBy: "memory",
};

/**
 * LangChain's vector store over a Persisto memory. Scores are cosine similarities: higher is better. With
 * `PersistoEmbeddings`, or none, Persisto embeds; vectors of other embeddings must have the store's dimensions.
 */
export class PersistoVectorStore extends VectorStore {
  declare FilterType: PersistoFilter;
  readonly namespace: string;
  private readonly memory: Memory;
  private readonly filters: Filters | undefined;
  private readonly persistoEmbeds: boolean;

  constructor(args: PersistoVectorStoreArgs);
  constructor(embeddings: EmbeddingsInterface, args: PersistoVectorStoreArgs);
  constructor(first: EmbeddingsInterface | PersistoVectorStoreArgs, second?: PersistoVectorStoreArgs) {
    const embeddings = "embedQuery" in first ? first : new PersistoEmbeddings();
    // Nothing of the arguments: LangChain keeps them for its serialisation.
    super(embeddings, {});
    const args = "embedQuery" in first ? second : first;
    checkMemory(args, "namespace");
    const { memory, namespace, filter } = args;
    this.memory = memory;
    this.namespace = namespace;
    this.filters = toFilters(filter);
    this.persistoEmbeds = isPersistoEmbeddings(embeddings);
  }

  override _vectorstoreType(): string {
    return "persisto";
  }

  static override async fromTexts(
    texts: string[],
    metadatas: object[] | object,
    embeddings: EmbeddingsInterface,
    args: PersistoVectorStoreArgs,
  ): Promise<PersistoVectorStore> {
    if (Array.isArray(metadatas) && metadatas.length !== texts.length) {
      throw invalid("metadatas", `has ${metadatas.length} entries for ${texts.length} texts`);
    }
    const documents = texts.map((pageContent, index) => {
      const metadata: Record<string, unknown> = Array.isArray(metadatas) ? metadatas[index] : metadatas;
      return new Document({ pageContent, metadata });
    });
    return PersistoVectorStore.fromDocuments(documents, embeddings, args);
  }

  static override async fromDocuments(
    documents: DocumentInterface[],
    embeddings: EmbeddingsInterface,
    args: PersistoVectorStoreArgs,
  ): Promise<PersistoVectorStore> {
    const store = new PersistoVectorStore(embeddings, args);
    await store.addDocuments(documents);
    return store;
  }

  /** A store over what is there; nothing is read or written yet. */
  static async fromExistingIndex(
    embeddings: EmbeddingsInterface,
    args: PersistoVectorStoreArgs,
  ): Promise<PersistoVectorStore> {
    return new PersistoVectorStore(embeddings, args);
  }

  /** As `fromExistingIndex`, by the name that PGVectorStore has for it. */
  static async initialize(
    embeddings: EmbeddingsInterface,
    args: PersistoVectorStoreArgs,
  ): Promise<PersistoVectorStore> {
    return new PersistoVectorStore(embeddings, args);
  }

  /**
   * Saves documents under `options.ids`, else their own `id`, else new ones, and gives the ids in order. A document whose id
   * is there replaces that one.
   */
  override async addDocuments(documents: DocumentInterface[], options: { ids?: string[] } = {}): Promise<string[]> {
    if (this.persistoEmbeds) return this.saveDocuments(documents, options);
    if (documents.length === 0) return [];
    const vectors = await this.embeddings.embedDocuments(documents.map(({ pageContent }) => pageContent));
    return this.addVectors(vectors, documents, options);
  }

  override async addVectors(
    vectors: number[][],
    documents: DocumentInterface[],
    options: { ids?: string[] } = {},
  ): Promise<string[]> {
    return this.saveDocuments(documents, { ...options, vectors });
  }

  /** @throws PersistoValidationError unless exactly one of `ids`, `filter` and `deleteAll` is given. */
  override async delete(params: PersistoDeleteParams = {}): Promise<void> {
    const { ids, filter, deleteAll } = params;
    const given = [ids !== undefined, filter !== undefined, deleteAll === true].filter(Boolean).length;
    if (given !== 1) throw invalid("params", "must have exactly one of ids, filter and deleteAll");
    if (ids) return this.deleteIds(ids);
    const filters = toFilters(filter);
    if (filter && !filters) throw invalid("filter", "has no condition; use deleteAll to delete everything");
    const both = bothFilters(this.filters, filters);
    if (both) await this.memory.delete({ namespace: this.namespace, filters: both });
    else await this.memory.deleteNamespace({ namespace: this.namespace });
  }

  override async similaritySearchVectorWithScore(
    query: number[],
    k = defaultK,
    filter?: this["FilterType"],
  ): Promise<[Document, number][]> {
    return this.search({ embedding: query }, { k, filter });
  }

  override async similaritySearch(
    query: string,
    k = defaultK,
    filter?: this["FilterType"],
    _callbacks?: Callbacks,
  ): Promise<Document[]> {
    const found = await this.similaritySearchWithScore(query, k, filter);
    return found.map(([document]) => document);
  }

  override async similaritySearchWithScore(
    query: string,
    k = defaultK,
    filter?: this["FilterType"],
    _callbacks?: Callbacks,
  ): Promise<[Document, number][]> {
    return k <= 0 ? [] : this.search(await this.asked(query), { k, filter });
  }

  /**
   * The nearest documents that differ from each other: with `lambda` 1 the nearest, with 0 the most different. They are
   * chosen from the 50 nearest, or 2k when that is more; `fetchK` has no say.
   */
  override async maxMarginalRelevanceSearch(
    query: string,
    { k, lambda = 0.5, filter }: MaxMarginalRelevanceSearchOptions<this["FilterType"]>,
    _callbacks?: Callbacks,
  ): Promise<Document[]> {
    if (!(lambda >= 0 && lambda <= 1)) throw invalid("lambda", "must be between 0 and 1");
    if (k <= 0) return [];
    const found = await this.search(await this.asked(query), { k, filter, diversity: 1 - lambda });
    return found.map(([document]) => document);
  }

  private async asked(query: string): Promise<Pick<QueryInput, "query" | "embedding">> {
    return this.persistoEmbeds ? { query } : { embedding: await this.embeddings.embedQuery(query) };
  }

  private async search(
    asked: Pick<QueryInput, "query" | "embedding">,
    { k, filter, diversity }: { k: number; filter: PersistoFilter | undefined; diversity?: number },
  ): Promise<[Document, number][]> {
    const filters = bothFilters(this.filters, toFilters(filter));
    if (k <= 0) return [];
    const mode = diversity === undefined ? nearest : { ...nearest, diversity };
    const query = this.memory.query({ namespace: this.namespace, ...asked, k, mode, ...(filters && { filters }) });
    const { results } = await orEmpty(query, { results: [], dropped: 0 });
    const found = await Promise.all(results.map((hit) => this.toDocument(hit)));
    return found.filter((pair) => pair !== null);
  }

  /** Documents come back as they were added, also where only a passage was found; null when it was deleted meanwhile. */
  private async toDocument({
    id,
    content,
    metadata,
    similarity,
    score,
    chunk,
  }: Hit): Promise<[Document, number] | null> {
    const pageContent =
      chunk.count === 1 ? content : (await this.memory.get({ id, namespace: this.namespace }))?.content;
    return pageContent === undefined ? null : [new Document({ id, pageContent, metadata }), similarity ?? score];
  }

  private async saveDocuments(
    documents: readonly DocumentInterface[],
    options: { ids?: string[]; vectors?: number[][] },
  ): Promise<string[]> {
    return saveAll(this.memory, toSaveInputs(documents, { ...options, namespace: this.namespace }));
  }

  private async deleteIds(ids: readonly string[]): Promise<void> {
    const { namespace, filters } = this;
    for (let start = 0; start < ids.length; start += limits.batch) {
      const batch = ids.slice(start, start + limits.batch);
      await this.memory.delete({ namespace, ids: batch, ...(filters && { filters }) });
    }
  }
}
