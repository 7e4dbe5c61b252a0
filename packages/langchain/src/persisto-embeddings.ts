import { Embeddings, type EmbeddingsParams } from "@langchain/core/embeddings";
import { PersistoError, type EmbedOptions, type Embedder } from "@persisto/contract";

/** How Persisto's embeddings are made. */
export interface PersistoEmbeddingsParams extends EmbeddingsParams {
  /** The embedder of the store, for those who want its vectors themselves; `PersistoVectorStore` does without. */
  embedder?: Embedder;
}

// Known across copies of this package: an application may load its ES module and its CommonJS form.
const marker = Symbol.for("persisto.langchain.embeddings");

/**
 * Tells `PersistoVectorStore` that Persisto embeds: texts go to the memory as they are. With an embedder it is also
 * LangChain's `Embeddings` for everything else, such as `staticEmbedder()` of `@persisto/core`.
 */
export class PersistoEmbeddings extends Embeddings {
  readonly [marker] = true;
  private readonly embedder: Embedder | undefined;

  constructor(params: PersistoEmbeddingsParams = {}) {
    super(params);
    this.embedder = params.embedder;
  }

  override async embedDocuments(documents: string[]): Promise<number[][]> {
    return this.embed(documents, { kind: "document" });
  }

  override async embedQuery(document: string): Promise<number[]> {
    const [vector] = await this.embed([document], { kind: "query" });
    return vector!;
  }

  private async embed(texts: string[], options: EmbedOptions): Promise<number[][]> {
    const { embedder } = this;
    if (!embedder) {
      throw new PersistoError(
        "invalid_input",
        "These PersistoEmbeddings have no embedder to make vectors with: pass the store's, new PersistoEmbeddings({ embedder }).",
      );
    }
    const size = embedder.maxBatch ?? 128;
    const vectors: number[][] = [];
    for (let start = 0; start < texts.length; start += size) {
      const batch = texts.slice(start, start + size);
      const embedded = await this.caller.call(() => embedder.embed(batch, options));
      vectors.push(...embedded.map((vector) => Array.from(vector)));
    }
    return vectors;
  }
}

/** Whether embeddings stand for Persisto's own. */
export function isPersistoEmbeddings(embeddings: object): boolean {
  return marker in embeddings;
}
