import type {
  DeleteInput,
  DeleteResult,
  ListInput,
  ListQueriesInput,
  MemoryPage,
  MemoryRecord,
  NamespaceSettings,
  NamespaceSummary,
  QueryInput,
  QueryLogPage,
  QueryResult,
  RecordKey,
  SavedMemory,
  SaveInput,
  SaveResult,
  UpdateInput,
} from "./types.js";

/**
 * Long-term memory of one project. The embedded engine, the HTTP client and every project handle
 * implement it and pass the same suite (`describeMemory`).
 *
 * Bad input throws PersistoValidationError naming the field; an expired memory is as good as absent
 * for every verb; a write is done whole or not at all, and is seen by every later call.
 */
export interface Memory {
  /** Remembers one text. Saving an id again replaces that memory and keeps its `createdAt`. */
  save(input: SaveInput): Promise<SaveResult>;

  /**
   * Remembers up to 1,000 texts, all or none. Results come in input order; of several inputs with
   * one id in one namespace the last is kept. `[]` gives `[]`.
   */
  saveMany(inputs: readonly SaveInput[]): Promise<SavedMemory[]>;

  /** Finds the passages that answer a text, best first. @throws PersistoNotFoundError for a namespace nothing was ever saved in. */
  query(input: QueryInput): Promise<QueryResult>;

  /** One memory, or null when absent. @throws PersistoError conflict when several namespaces hold the id and none was named. */
  get(input: RecordKey): Promise<MemoryRecord | null>;

  /** A page of memories in the order in which they were saved, the last first or the first; new saves do not disturb it. @throws PersistoNotFoundError for an unknown namespace. */
  list(input?: ListInput): Promise<MemoryPage>;

  /** Changes a memory and returns it as it is now. @throws PersistoNotFoundError when absent. */
  update(input: UpdateInput): Promise<MemoryRecord>;

  /**
   * Deletes the memories that meet every condition given, or the one that a key names.
   * @throws PersistoValidationError without a condition: use `deleteNamespace`; PersistoError conflict when several
   * namespaces hold the id of a key and none was named.
   */
  delete(input: DeleteInput | RecordKey): Promise<DeleteResult>;

  /** Every namespace of the project by name, with the number of its live memories. */
  listNamespaces(): Promise<NamespaceSummary[]>;

  /**
   * Sets how a namespace is searched, making it if it is new. Changing the language of one that holds memories has their
   * words analysed again; until that is done some may not be found by their words.
   */
  configureNamespace(input: NamespaceSettings): Promise<NamespaceSettings>;

  /** Deletes a namespace with all it holds and what was asked there; the count is of live memories, 0 for an unknown namespace. */
  deleteNamespace(input: { namespace: string }): Promise<DeleteResult>;

  /** A page of the query history, newest first. Queries made before the call are in it. */
  listQueries(input?: ListQueriesInput): Promise<QueryLogPage>;
}
