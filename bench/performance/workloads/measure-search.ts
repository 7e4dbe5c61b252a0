import { mean } from "../../lib/measures.js";
import type { Filters } from "@persisto/core";
import type { Measured } from "../compare.js";
import type { NamespaceSize, Question } from "../corpus/corpus.js";
import { recall, type Neighbours } from "../exact-neighbours.js";
import { repeat } from "../measure.js";
import type { Search, Subject } from "../subjects/subject.js";
import type { Bench } from "./bench.js";

/** Results wanted of every search. */
export const k = 10;

/** Which searches to make. */
export interface SearchLoad {
  readonly namespace: NamespaceSize;
  readonly by: Search["by"];
  readonly filters?: Filters;
  readonly concurrency: number;
}

/**
 * Asks the questions of a namespace again and again. Recall of a search by vector is against the exact nearest; of a hybrid
 * search, whose right order nobody knows, it is how often the memory that the question was made from is found.
 */
export function measureSearch(subject: Pick<Subject, "name" | "search">, load: SearchLoad, bench: Bench): Measured {
  const { namespace, by, filters, concurrency } = load;
  const questions = bench.corpus.questionsOf(namespace);
  const ask = (question: Question): Promise<string[]> =>
    subject.search({ question, k, by, ...(filters && { filters }) });
  return {
    name: subject.name,
    async measure() {
      // Found before the clock runs, so that looking for it disturbs nothing.
      const right: Neighbours = by === "hybrid" ? (question) => [question.source] : await bench.exact.of(namespace);
      for (const question of questions.slice(0, 5)) await ask(question);
      const found = new Map<Question, string[]>();
      const speed = await repeat({ concurrency, durationMs: bench.durationMs }, async (number) => {
        const question = questions[number % questions.length]!;
        found.set(question, await ask(question));
      });
      const recalls = [...found].map(([question, ids]) => recall(ids, right(question, filters)));
      return { ...speed, recall: mean(recalls) };
    },
  };
}
