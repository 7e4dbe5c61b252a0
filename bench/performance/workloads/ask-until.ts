import { setImmediate as otherWork } from "node:timers/promises";
import type { Question } from "../corpus/corpus.js";
import type { Subject } from "../subjects/subject.js";
import { k } from "./measure-search.js";

/** Asks one question after another until the work is over, at least one; gives how many milliseconds each took. */
export async function askUntil(
  work: Promise<unknown>,
  { subject, questions }: { subject: Subject; questions: readonly Question[] },
  use: (ids: readonly string[], question: Question) => void,
): Promise<number[]> {
  let isOver = false;
  const over = work.finally(() => (isOver = true));
  const durations: number[] = [];
  const ask = async (): Promise<void> => {
    do {
      const question = questions[durations.length % questions.length]!;
      const askedAt = performance.now();
      const ids = await subject.search({ question, k, by: "vector" });
      durations.push(performance.now() - askedAt);
      use(ids, question);
      // A PGlite in this thread answers without giving any timer a turn.
      await otherWork();
    } while (!isOver);
  };
  await Promise.all([over, ask()]);
  return durations;
}
