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
  /** Called once after the first rows are there: builds what is built after loading, updates statistics. */
  afterLoad(): Promise<void>;
  /** Its data stays. */
  close(): Promise<void>;
}
