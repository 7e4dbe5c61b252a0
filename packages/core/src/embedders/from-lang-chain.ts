import { PersistoError, type Embedder } from "@persisto/contract";
import { makeEmbedder, type EmbedderOptions } from "./make-embedder.js";
import { toVectors } from "./to-vector.js";

/** What is used of an `Embeddings` of LangChain. */
export interface LangChainEmbeddings {
  embedDocuments(texts: string[]): Promise<number[][]>;
  embedQuery(text: string): Promise<number[]>;
}

/** How to use embeddings of LangChain. */
export interface FromLangChainOptions extends EmbedderOptions {
  /** Name of the vector space, e.g. `cohere/embed-v4`: LangChain's objects do not tell which model they call. */
  id: string;
}

/**
 * An embedder over any `Embeddings` of LangChain. Retries and timeouts are LangChain's, and a call under way does not
 * end when `signal` aborts, because LangChain takes none.
 * @throws PersistoError invalid_input without an id.
 */
export async function fromLangChain(embeddings: LangChainEmbeddings, options: FromLangChainOptions): Promise<Embedder> {
  if (typeof options?.id !== "string" || options.id.trim() === "") {
    throw new PersistoError("invalid_input", "fromLangChain needs an id that names the model, e.g. cohere/embed-v4.");
  }
  return makeEmbedder(
    {
      name: options.id,
      embed: async (texts, { kind }) => {
        const lists =
          kind === "document"
            ? await embeddings.embedDocuments([...texts])
            : await Promise.all(texts.map((text) => embeddings.embedQuery(text)));
        return toVectors(lists);
      },
    },
    options,
  );
}
