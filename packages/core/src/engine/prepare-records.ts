import { setImmediate as otherWork } from "node:timers/promises";
import type { SaveInput } from "@persisto/contract";
import { chunkContent } from "../chunking/chunk-content.js";
import type { EmbeddingService } from "../embedders/embedding-service.js";
import type { NewRecord, Passage } from "../store/store.js";

/** Chunks of about a paragraph: small enough to be about one thing, with a sentence or two of context. */
const chunkTokens = 256;
const overlapTokens = 32;

/** Characters split before other work gets a turn: about 30 ms. */
const charactersAtOnce = 50_000;

/** Splits and embeds contents; gives the passages of each. All texts are embedded together. */
export async function preparePassages(embedding: EmbeddingService, contents: readonly string[]): Promise<Passage[][]> {
  const chunked = await chunkAll(embedding, contents);
  const vectors = await embedding.embedDocuments(chunked.flat());
  let next = 0;
  return chunked.map((chunks) =>
    // A passage that is the whole memory keeps the white space around it, which chunks have lost.
    chunks.map((chunk) => ({ content: chunks.length === 1 ? null : chunk, vector: vectors[next++]! })),
  );
}

async function chunkAll(embedding: EmbeddingService, contents: readonly string[]): Promise<string[][]> {
  const options = {
    countTokens: (text: string) => embedding.countTokens(text),
    maxTokens: Math.min(chunkTokens, embedding.maxTokens),
    overlapTokens: Math.min(overlapTokens, Math.floor(embedding.maxTokens / 4)),
  };
  const chunked: string[][] = [];
  let characters = 0;
  for (const content of contents) {
    chunked.push(chunkContent(content, options));
    characters += content.length;
    if (characters < charactersAtOnce) continue;
    characters = 0;
    await otherWork();
  }
  return chunked;
}

/** Makes inputs ready to be stored; a missing id is generated. */
export async function prepareRecords(
  { embedding, newId }: { embedding: EmbeddingService; newId: () => string },
  inputs: readonly SaveInput[],
): Promise<NewRecord[]> {
  const passages = await preparePassages(
    embedding,
    inputs.map(({ content }) => content),
  );
  return inputs.map((input, index) => ({
    namespace: input.namespace,
    id: input.id ?? newId(),
    content: input.content,
    metadata: input.metadata ?? {},
    ttlSeconds: input.ttlSeconds ?? null,
    passages: passages[index]!,
  }));
}
