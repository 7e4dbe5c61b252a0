import { compare, type Comparison, type Measured } from "../compare.js";
import { nearest, recall } from "../exact-neighbours.js";
import { repeat, type Measurement } from "../measure.js";
import type { Row } from "../corpus/corpus.js";
import type { Subject } from "../subjects/subject.js";
import type { Backend, Bench, Table } from "./bench.js";
import { k } from "./measure-search.js";
import { sizes } from "./search.js";

let ingested = 0;

/** A namespace that nobody used before. */
export function freshNamespace(): string {
  return `ingest-${++ingested}`;
}

/** Texts to save; their namespace is replaced. At most 10,000, as many as are saved into one namespace. */
export function savableRows(bench: Bench): readonly Row[] {
  return bench.corpus.rowsOf(sizes(bench).findLast(({ size }) => size <= 10_000)!);
}

/** W1 and W2: saving one memory, 100 and 1,000 a call. */
export async function saving(backend: Backend, bench: Bench): Promise<Table> {
  const comparisons: Comparison[] = [];
  for (const perCall of [1, 100, 1_000]) {
    const what = perCall === 1 ? "W1 one a call" : `W2 ${perCall} a call`;
    bench.say(`saving, ${backend.name}: ${what}`);
    const rows = await compare(what, {
      reference: measureSaving(backend.reference, perCall, bench),
      subjects: backend.subjects.map((subject) => measureSaving(subject, perCall, bench)),
      rounds: bench.rounds,
    });
    comparisons.push(...rows);
  }
  return {
    title: `W1, W2 saving, ${backend.name}`,
    note: "p50 is of a call, the rate of memories. Recall is of ten questions asked afterwards about what was saved.",
    comparisons,
  };
}

function measureSaving(subject: Subject, perCall: number, bench: Bench): Measured {
  return {
    name: subject.name,
    async measure() {
      const rows = savableRows(bench);
      const namespace = freshNamespace();
      const saved: Row[] = [];
      const mostCalls = Math.floor(rows.length / perCall);
      const load = { concurrency: 1, durationMs: bench.durationMs, mostCalls, fewestCalls: 3, unitsPerCall: perCall };
      const speed = await repeat(load, async (number) => {
        const batch = rows.slice(number * perCall, (number + 1) * perCall).map((row) => ({ ...row, namespace }));
        await (perCall === 1 ? subject.save(batch[0]!) : subject.saveMany(batch));
        saved.push(...batch);
      });
      return { ...speed, recall: await recallOf(subject, { saved, namespace, bench }) };
    },
  };
}

async function recallOf(
  subject: Subject,
  { saved, namespace, bench }: { saved: readonly Row[]; namespace: string; bench: Bench },
): Promise<Measurement["recall"]> {
  const questions = bench.corpus.questionsOf(sizes(bench).at(-1)!).slice(0, 10);
  let sum = 0;
  for (const question of questions) {
    const found = await subject.search({ question: { ...question, namespace }, k, by: "vector" });
    sum += recall(found, nearest(saved, { vector: question.vector, k }));
  }
  return sum / questions.length;
}
