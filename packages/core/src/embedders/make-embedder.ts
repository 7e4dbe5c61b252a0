import { PersistoError, type Embedder, type EmbedOptions } from "@persisto/contract";

/** What can be said of any model that Persisto does not know. */
export interface EmbedderOptions {
  /** Name of the vector space, when the one made from the model and its options does not tell it apart. */
  id?: string;
  /** Length of the vectors. Default: measured once, by embedding one word. */
  dimensions?: number;
  /** Longest text in the model's own tokens. Default 512. */
  maxTokens?: number;
}

/** A model to make an embedder of. */
export interface EmbeddingModel {
  /** Provider, model and revision; starts the id. */
  name: string;
  /** Options that change the vectors; they follow the dimensions in the id. */
  traits?: readonly string[];
  maxBatch?: number;
  /** Called with at least one text. */
  embed(texts: readonly string[], options: EmbedOptions): Promise<Float32Array[]>;
}

/** An embedder of a model; asks the model for one vector unless `dimensions` are given. */
export async function makeEmbedder(model: EmbeddingModel, options: EmbedderOptions): Promise<Embedder> {
  const dimensions = checkDimensions(options.dimensions ?? (await measureDimensions(model)));
  const { id = [model.name, `d=${dimensions}`, ...(model.traits ?? [])].join(";"), maxTokens } = options;
  return {
    id,
    dimensions,
    ...(maxTokens !== undefined && { maxTokens }),
    ...(model.maxBatch !== undefined && { maxBatch: model.maxBatch }),
    embed: async (texts, embedOptions) => {
      if (texts.length === 0) return [];
      embedOptions.signal?.throwIfAborted();
      return model.embed(texts, embedOptions);
    },
  };
}

async function measureDimensions(model: EmbeddingModel): Promise<number> {
  const [vector] = await model.embed(["dimensions"], { kind: "document" });
  if (vector === undefined || vector.length === 0) {
    throw new PersistoError("embedder_failed", `The model ${model.name} returned no vector.`, { retryable: false });
  }
  return vector.length;
}

function checkDimensions(dimensions: number): number {
  if (Number.isInteger(dimensions) && dimensions > 0) return dimensions;
  throw new PersistoError("invalid_input", "dimensions must be a whole number above 0.");
}
