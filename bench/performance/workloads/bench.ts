import type { Corpus } from "../corpus/corpus.js";
import type { ExactNeighbours } from "../exact-neighbours.js";
import type { Comparison } from "../compare.js";
import type { Subject } from "../subjects/subject.js";

/** What every workload is given. */
export interface Bench {
  readonly corpus: Corpus;
  readonly exact: ExactNeighbours;
  readonly rounds: number;
  /** Length of one measurement. */
  readonly durationMs: number;
  /** Says on stderr what is going on. */
  readonly say: (what: string) => void;
}

/** A database engine: the raw subject that bounds it, and the subjects that are compared with that. */
export interface Backend {
  readonly name: string;
  readonly reference: Subject;
  readonly subjects: readonly Subject[];
}

/** A table of the report: rows when it has them, else its comparisons. */
export interface Table {
  readonly title: string;
  readonly note?: string;
  readonly comparisons?: readonly Comparison[];
  readonly columns?: readonly string[];
  readonly rows?: readonly (readonly string[])[];
}
