import type { DocumentInterface } from "@langchain/core/documents";
import { invalidInput as invalid, storableText, toMetadata } from "@persisto/adapter-kit";
import type { SaveInput } from "@persisto/contract";

/** What documents are saved with. */
export interface SaveInputsOptions {
  namespace: string;
  /** One for each document; else it is the document's own, else a new one. */
  ids?: readonly string[];
  /** One for each document; else Persisto embeds. */
  vectors?: readonly number[][];
}

/** Documents as memories, in their order. @throws PersistoValidationError when there are not as many ids or vectors. */
export function toSaveInputs(
  documents: readonly DocumentInterface[],
  { namespace, ids, vectors }: SaveInputsOptions,
): SaveInput[] {
  for (const [field, values] of Object.entries({ ids, vectors })) {
    if (values && values.length !== documents.length) {
      throw invalid(field, `has ${values.length} entries for ${documents.length} documents`);
    }
  }
  return documents.map(({ pageContent, metadata, id: own }, index) => {
    const id = ids?.[index] ?? own;
    return {
      namespace,
      content: storableText(pageContent),
      metadata: toMetadata(metadata),
      ...(id !== undefined && { id }),
      ...(vectors && { embedding: vectors[index]! }),
    };
  });
}
