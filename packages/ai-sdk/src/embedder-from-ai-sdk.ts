import { PersistoError, type Embedder } from "@persisto/contract";
import type { EmbeddingModel } from "ai";

/** How a model is used; `fromAiSdk` of `@persisto/core` has more. */
export interface EmbedderFromAiSdkOptions {
  /** Length of the vectors. Default: measured once, by embedding one word. */
  dimensions?: number;
  /** Name of the vector space, when provider, model and dimensions do not tell it apart. */
  id?: string;
  /** Longest text in the model's own tokens. Default 512. */
  maxTokens?: number;
}

/**
 * An embedding model of the AI SDK as the embedder of `createPersisto`: `fromAiSdk` of `@persisto/core`, under the name
 * that is looked for here.
 * @throws PersistoError unprocessable without `@persisto/core`; and as `fromAiSdk` does.
 */
export async function embedderFromAiSdk(
  model: Exclude<EmbeddingModel, string>,
  options: EmbedderFromAiSdkOptions = {},
): Promise<Embedder> {
  const { fromAiSdk } = await import("@persisto/core").catch((cause: unknown) => {
    const message = "embedderFromAiSdk needs @persisto/core, whose createPersisto takes the embedder: install it.";
    throw new PersistoError("unprocessable", message, { cause });
  });
  return fromAiSdk(model, options);
}
