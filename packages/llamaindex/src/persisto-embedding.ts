import { BaseEmbedding } from "@llamaindex/core/embeddings";
import type { MessageContentDetail } from "@llamaindex/core/llms";
import type { EmbedOptions, Embedder } from "@persisto/contract";

/** How vectors are made. */
export interface PersistoEmbeddingInit {
  /** The embedder of the memory, such as `staticEmbedder()` of `@persisto/core`, for those who want its vectors themselves. */
  embedder?: Embedder;
}

/**
 * Tells LlamaIndex that Persisto embeds: nodes and queries get the empty vector, so that a `PersistoVectorStore` hands their
 * texts to the memory. With an embedder it is also LlamaIndex's embedding model for everything else that wants vectors.
 */
export class PersistoEmbedding extends BaseEmbedding {
  private readonly embedder: Embedder | undefined;

  constructor({ embedder }: PersistoEmbeddingInit = {}) {
    super();
    this.embedder = embedder;
    if (!embedder) return;
    this.embedBatchSize = embedder.maxBatch ?? 128;
    this.embedInfo = { dimensions: embedder.dimensions };
  }

  override async getTextEmbedding(text: string): Promise<number[]> {
    const [vector] = await this.embed([text], { kind: "document" });
    return vector!;
  }

  override getTextEmbeddings = (texts: string[]): Promise<number[][]> => this.embed(texts, { kind: "document" });

  override async getQueryEmbedding(query: MessageContentDetail): Promise<number[] | null> {
    if (query.type !== "text") return null;
    const [vector] = await this.embed([query.text], { kind: "query" });
    return vector!;
  }

  private async embed(texts: string[], options: EmbedOptions): Promise<number[][]> {
    const { embedder } = this;
    // Empty and not null: without a vector an index would not ask its store at all.
    if (!embedder) return texts.map(() => []);
    const vectors: number[][] = [];
    for (let start = 0; start < texts.length; start += this.embedBatchSize) {
      const embedded = await embedder.embed(texts.slice(start, start + this.embedBatchSize), options);
      vectors.push(...embedded.map((vector) => Array.from(vector)));
    }
    return vectors;
  }
}
