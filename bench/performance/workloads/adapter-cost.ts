import type { Memory, QueryInput } from "@persisto/core";
import { mean } from "../../lib/measures.js";
import { compare, type Comparison, type Measured } from "../compare.js";
import type { Question } from "../corpus/corpus.js";
import { recall } from "../exact-neighbours.js";
import { repeat } from "../measure.js";
import { adaptersOf } from "../subjects/adapters.js";
import type { Bench, Table } from "./bench.js";
import { k } from "./measure-search.js";
import { sizes } from "./search.js";

/**
 * W14: what an adapter adds to the call that it makes on `Memory`, one call at a time. Recall is the share of that call's hits which
 * the adapter gives.
 */
export async function adapterCost({ memory }: { memory: Memory }, bench: Bench): Promise<Table> {
  const namespace = sizes(bench).find(({ size }) => size === 1_000)!;
  const questions = bench.corpus.questionsOf(namespace);
  const where = { namespace: namespace.name, k };
  const comparisons: Comparison[] = [];
  for (const [index, adapter] of adaptersOf(memory, where).entries()) {
    bench.say(`adapters: ${adapter.name}`);
    const calls = new Map<Question, QueryInput>();
    const direct = async (question: Question): Promise<string[]> =>
      (await memory.query(calls.get(question)!)).results.map(({ id }) => id);
    for (const question of questions) {
      const noting: Pick<Memory, "query"> = {
        query: (input) => {
          calls.set(question, input);
          return memory.query(input);
        },
      };
      await adaptersOf(noting, where)[index]!.search(question);
    }
    const right = new Map<Question, string[]>();
    for (const question of questions) right.set(question, await direct(question));
    const measured = (name: string, search: (question: Question) => Promise<string[]>): Measured => ({
      name,
      async measure() {
        const recalls: number[] = [];
        const speed = await repeat({ concurrency: 1, durationMs: bench.durationMs }, async (number) => {
          const question = questions[number % questions.length]!;
          recalls.push(recall(await search(question), right.get(question)!));
        });
        return { ...speed, recall: mean(recalls) };
      },
    });
    const subjects = [measured(adapter.name, adapter.search)];
    const reference = measured("the same call on Memory", direct);
    comparisons.push(...(await compare("1,000 memories, c = 1", { reference, subjects, rounds: bench.rounds })));
  }
  return { title: "W14 Adapters next to the call that they make, native Postgres", comparisons };
}
