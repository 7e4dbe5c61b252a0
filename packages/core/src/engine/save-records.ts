import type { SaveInput } from "@persisto/contract";
import type { Completion, InsertedRecord, NewRecord } from "../store/store.js";
import { analyzeAnew } from "./analyze-anew.js";
import type { Engine } from "./engine.js";
import { idempotently } from "./idempotently.js";
import { preparePassages, type Prepared } from "./prepare-passages.js";

/** A record as stored. */
export interface SavedRecord {
  readonly id: string;
  readonly chunks: number;
  readonly expiresAt: string | null;
}

/**
 * Saves checked inputs, all or none; a missing id is generated.
 * @param fieldOf where the input with this number stands in what the user gave, for messages
 */
export async function saveRecords(
  engine: Engine,
  inputs: readonly SaveInput[],
  fieldOf?: (index: number) => string,
): Promise<SavedRecord[]> {
  if (inputs.length === 0) return [];
  return idempotently<SavedRecord[], SavedRecord[]>(engine, {
    name: "save",
    input: inputs,
    write: async (completion) =>
      insertRecords(engine, { inputs, prepared: await preparePassages(engine, inputs, fieldOf), completion }),
    // Ids that were given come with the repetition: they may be words.
    answerOf: (saved) =>
      saved.map((record, index) => ({ ...record, id: inputs[index]!.id === undefined ? record.id : null })),
    replay: (answer) =>
      (answer as unknown as (Omit<SavedRecord, "id"> & { id: string | null })[]).map((record, index) => ({
        ...record,
        id: record.id ?? inputs[index]!.id!,
      })),
  });
}

async function insertRecords(
  engine: Engine,
  {
    inputs,
    prepared,
    completion,
  }: {
    inputs: readonly SaveInput[];
    prepared: readonly Prepared[];
    completion: Completion<SavedRecord[]> | null;
  },
): Promise<SavedRecord[]> {
  const { scope, store, catalog } = engine;
  const records: NewRecord[] = inputs.map((input, index) => ({
    namespace: input.namespace,
    id: input.id ?? engine.newId(),
    content: input.content,
    metadata: input.metadata ?? {},
    ...expiryOf(engine, input),
    createdAt: input.createdAt ?? null,
    updatedAt: input.updatedAt ?? input.createdAt ?? null,
    ...prepared[index]!,
  }));
  const savedFrom = (inserted: readonly InsertedRecord[]): SavedRecord[] =>
    records.map(({ id, passages }, index) => ({
      id,
      chunks: passages.length,
      expiresAt: inserted[index]!.expiresAt,
    }));
  const inserted = await store.insert(
    scope,
    records,
    completion && { claim: completion.claim, answerOf: (rows) => completion.answerOf(savedFrom(rows)) },
  );
  for (const { namespace, passages } of records) catalog.noteSaved(scope, namespace, passages);
  const stale = records.filter((_, index) => !inserted[index]!.analyzed).map(({ namespace }) => namespace);
  if (stale.length > 0) await analyzeAnew(engine, stale);
  return savedFrom(inserted);
}

/** By the clock of the database, or at a time that was given. */
function expiryOf(
  engine: Engine,
  { namespace, ttlSeconds, expiresAt }: SaveInput,
): Pick<NewRecord, "ttlSeconds" | "expiresAt"> {
  if (expiresAt !== undefined) return { ttlSeconds: null, expiresAt };
  return { ttlSeconds: ttlSeconds === undefined ? engine.defaultTtl(namespace) : ttlSeconds, expiresAt: null };
}
