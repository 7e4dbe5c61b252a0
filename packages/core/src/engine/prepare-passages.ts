import { setImmediate as otherWork } from "node:timers/promises";
import { PersistoValidationError, type Language, type PassageInput, type SaveInput } from "@persisto/contract";
import { chunkContent } from "../chunking/chunk-content.js";
import { passageTerms } from "../lexical/passage-terms.js";
import { textAnalyzer } from "../lexical/text-analyzer.js";
import type { Passage } from "../store/store.js";
import type { Engine } from "./engine.js";
import { ownVector } from "./own-vector.js";

/** Chunks of about a paragraph: small enough to be about one thing, with a sentence or two of context. */
const chunkTokens = 256;
const overlapTokens = 32;

/** Characters worked on before other work gets a turn: about 30 ms. */
const charactersAtOnce = 50_000;

/** What passages are made of. */
export type Content = Pick<SaveInput, "namespace" | "content" | "embedding" | "passages">;

/** The passages of a content, the language their terms were found in, bytes of the user's own, and the tokens that were embedded. */
export interface Prepared {
  readonly language: Language;
  readonly passages: Passage[];
  readonly passageBytes: number;
  readonly embeddedTokens: number;
}

/** A part of a content. */
interface Chunk {
  readonly text: string;
  /** The user's own. */
  readonly vector?: Float32Array;
}

/**
 * Splits and embeds contents and finds their terms; gives the passages of each. All texts are embedded together.
 * @param fieldOf where the content with this number stands in the input, for messages
 */
export async function preparePassages(
  engine: Engine,
  contents: readonly Content[],
  fieldOf: (index: number) => string = () => "",
): Promise<Prepared[]> {
  const chunked = await inTurns(contents, (content, index) => chunksOf(engine, content, fieldOf(index)));
  const embedded = await engine.embedding.embedDocuments(chunked.flatMap(withoutVector));
  const vectors = embedded.values();
  const analyzers = await analyzersOf(engine, new Set(contents.map(({ namespace }) => namespace)));
  return inTurns(contents, ({ namespace, content, passages: own = [] }, index) => {
    const chunks = chunked[index]!;
    const { language, terms, keyOf } = analyzers.get(namespace)!;
    return {
      language,
      passageBytes: sum(own.map((passage) => Buffer.byteLength(passage.content))),
      embeddedTokens: sum(withoutVector(chunks).map((text) => engine.embedding.countTokens(text))),
      passages: chunks.map(({ text, vector }) => ({
        // A passage that is the whole memory keeps the white space around it, which chunks have lost.
        content: chunks.length === 1 && text.trim() === content.trim() ? null : text,
        vector: vector ?? vectors.next().value!,
        terms: passageTerms(terms(text), keyOf),
      })),
    };
  });
}

function withoutVector(chunks: readonly Chunk[]): string[] {
  return chunks.flatMap(({ text, vector }) => (vector === undefined ? [text] : []));
}

function chunksOf({ embedding }: Engine, { content, embedding: own, passages }: Content, at: string): Chunk[] {
  const { dimensions } = embedding;
  // One vector is one passage.
  if (own !== undefined) return [{ text: content, vector: ownVector(own, { dimensions, field: `${at}embedding` }) }];
  if (passages !== undefined)
    return passages.map((passage, index) => ownChunk(embedding, passage, `${at}passages[${index}]`));
  const texts = chunkContent(content, {
    countTokens: (text) => embedding.countTokens(text),
    maxTokens: Math.min(chunkTokens, embedding.maxTokens),
    overlapTokens: Math.min(overlapTokens, Math.floor(embedding.maxTokens / 4)),
  });
  return texts.map((text) => ({ text }));
}

function ownChunk(embedding: Engine["embedding"], { content, embedding: own }: PassageInput, field: string): Chunk {
  const { dimensions, maxTokens } = embedding;
  if (own !== undefined) {
    return { text: content, vector: ownVector(own, { dimensions, field: `${field}.embedding` }) };
  }
  // The rest would not be in the vector.
  const tokens = embedding.countTokens(content);
  if (tokens <= maxTokens) return { text: content };
  const message = `has ${tokens} tokens; the embedder takes ${maxTokens}. Make passages of it, or give its embedding`;
  throw new PersistoValidationError([{ field: `${field}.content`, message }]);
}

async function analyzersOf({ scope, catalog }: Engine, namespaces: ReadonlySet<string>) {
  const entries = [...namespaces].map(async (namespace) => {
    const language = await catalog.language(scope, namespace);
    const analyzer = await textAnalyzer({ projectId: scope.projectId, namespace, language });
    return [namespace, { language, ...analyzer }] as const;
  });
  return new Map(await Promise.all(entries));
}

/** Works on one content after another, and lets other work have a turn in between. */
async function inTurns<T>(contents: readonly Content[], work: (content: Content, index: number) => T): Promise<T[]> {
  const done: T[] = [];
  let characters = 0;
  for (const [index, content] of contents.entries()) {
    done.push(work(content, index));
    characters += content.content.length + sum((content.passages ?? []).map((passage) => passage.content.length));
    if (characters < charactersAtOnce) continue;
    characters = 0;
    await otherWork();
  }
  return done;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
