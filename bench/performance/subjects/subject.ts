import type { Filters } from "@persisto/core";
import type { Question, Row } from "../corpus/corpus.js";

/** A search in the namespace of a question. */
export interface Search {
  readonly question: Question;
  readonly k: number;
  /** By vector alone, or by vector and words. */
  readonly by: "vector" | "hybrid";
  readonly filters?: Filters;
}

/** A store under test. Answers are ids, best first. */
export interface Subject {
  readonly name: string;
  /** Saves rows the fastest way the store has; at most 1,000 a call. */
  saveMany(rows: readonly Row[]): Promise<void>;
  save(row: Row): Promise<void>;
  search(search: Search): Promise<string[]>;
  /** Called when many rows have been saved: builds what is built after loading, updates statistics. */
  afterLoad(): Promise<void>;
  /** Its data stays. */
  close(): Promise<void>;
}

/** A store whose upkeep is under test too. */
export interface KeptSubject extends Subject {
  /** As `saveMany`; the rows expire after a time. */
  saveExpiring(rows: readonly Row[], ttlSeconds: number): Promise<void>;
  /** Deletes what has expired. */
  sweep(): Promise<void>;
  /** Deletes a namespace with all it holds; gives how many rows that were. */
  deleteNamespace(namespace: string): Promise<number>;
}
