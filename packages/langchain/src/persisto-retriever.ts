import { Document } from "@langchain/core/documents";
import { BaseRetriever, type BaseRetrieverInput } from "@langchain/core/retrievers";
import { checkMemory } from "@persisto/adapter-kit";
import type { Hit, Memory } from "@persisto/contract";
import { recaller, type RecallOptions } from "./recaller.js";

/** What a retriever asks, and how. */
export interface PersistoRetrieverInput extends BaseRetrieverInput, RecallOptions {
  /** Never closed by the retriever. */
  memory: Memory;
  namespace: string;
  /** Whether `metadata.persisto` tells score, similarity, time and passage. Default false. */
  withScores?: boolean;
}

/** Persisto's own retrieval, by meaning and words together, as a retriever of LangChain. A document is a passage. */
export class PersistoRetriever extends BaseRetriever {
  override lc_namespace = ["persisto", "retrievers"];
  private readonly find: (query: string) => Promise<Hit[]>;
  private readonly withScores: boolean;

  static override lc_name(): string {
    return "PersistoRetriever";
  }

  constructor({ memory, namespace, withScores = false, ...input }: PersistoRetrieverInput) {
    const { filter, k, mode, retrieval, groupBy, rerank, ...fields } = input;
    super(fields);
    checkMemory({ memory, namespace }, "namespace");
    const recall = recaller(memory, { filter, k, mode, retrieval, groupBy, rerank });
    this.find = (query) => recall(namespace, query);
    this.withScores = withScores;
  }

  override async _getRelevantDocuments(query: string): Promise<Document[]> {
    const hits = await this.find(query);
    return hits.map((hit) => this.toDocument(hit));
  }

  private toDocument({ id, content, metadata, score, similarity, createdAt, chunk }: Hit): Document {
    const persisto = { score, similarity, createdAt, chunk };
    return new Document({ id, pageContent: content, metadata: this.withScores ? { ...metadata, persisto } : metadata });
  }
}
