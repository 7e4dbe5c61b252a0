import { compare, median, type Measured } from "../compare.js";
import { mean, percentile } from "../../lib/measures.js";
import { recall } from "../exact-neighbours.js";
import { milliseconds } from "../markdown.js";
import type { FreshStores } from "../open-fresh-stores.js";
import type { KeptSubject } from "../subjects/subject.js";
import { askUntil } from "./ask-until.js";
import type { Bench, Table } from "./bench.js";
import { measureSearch, type SearchLoad } from "./measure-search.js";
import { freshNamespace, savableRows } from "./save.js";
import { sizes } from "./search.js";

/** p95 in ms of queries in another namespace. */
interface Disturbance {
  readonly alone: number;
  readonly meanwhile: number;
}

/** W8: deleting a namespace of 10,000 memories, and queries in another one meanwhile; in stores of their own. */
export async function deletingNamespace({ backend, raw, persisto }: FreshStores, bench: Bench): Promise<Table> {
  const namespace = sizes(bench).findLast(({ size }) => size <= 1_000)!;
  const load = { namespace, by: "vector", concurrency: 1 } as const;
  const disturbances = new Map<string, Disturbance[]>();
  const subjects: KeptSubject[] = [];
  try {
    for (const store of [raw, persisto]) {
      const subject = await store.open();
      subjects.push(subject);
      await subject.saveMany(bench.corpus.rowsOf(namespace));
      disturbances.set(subject.name, []);
    }
    const [reference, ...others] = subjects.map((subject) =>
      measureDeleting(subject, { load, bench, use: (one) => disturbances.get(subject.name)!.push(one) }),
    );
    const what = `${savableRows(bench).length} memories deleted`;
    const comparisons = await compare(what, { reference: reference!, subjects: others, rounds: bench.rounds });
    return {
      title: `W8 deleting a namespace, ${backend}`,
      note:
        "Milliseconds of the deletion, memories a second. p95 of queries in another namespace of " +
        `${namespace.size} meanwhile: ${[...disturbances].map(([name, all]) => describe(name, all)).join("; ")}.`,
      comparisons,
    };
  } finally {
    for (const subject of subjects) await subject.close();
  }
}

/** Saves a namespace, waits until it is settled, and deletes it. Recall is that of the queries meanwhile; 0 when not all were deleted. */
function measureDeleting(
  subject: KeptSubject,
  { load, bench, use }: { load: SearchLoad; bench: Bench; use: (disturbance: Disturbance) => void },
): Measured {
  return {
    name: subject.name,
    async measure() {
      const doomed = freshNamespace();
      const rows = savableRows(bench).map((row) => ({ ...row, namespace: doomed }));
      bench.say(`${subject.name}: saving ${rows.length} memories to delete`);
      for (let first = 0; first < rows.length; first += 1_000) await subject.saveMany(rows.slice(first, first + 1_000));
      await subject.afterLoad();
      const alone = await measureSearch(subject, load, bench).measure();
      const right = await bench.exact.of(load.namespace);
      const recalls: number[] = [];
      const deletion = deleteTimed(subject, doomed);
      const asked = { subject, questions: bench.corpus.questionsOf(load.namespace) };
      const durations = await askUntil(deletion, asked, (ids, question) => recalls.push(recall(ids, right(question))));
      use({ alone: alone.p95Ms, meanwhile: percentile(durations, 0.95) });
      const { count, ms } = await deletion;
      return {
        p50Ms: ms,
        p95Ms: ms,
        perSecond: (count * 1_000) / ms,
        recall: count === rows.length ? mean(recalls) : 0,
      };
    },
  };
}

async function deleteTimed(subject: KeptSubject, namespace: string): Promise<{ count: number; ms: number }> {
  const startedAt = performance.now();
  const count = await subject.deleteNamespace(namespace);
  return { count, ms: performance.now() - startedAt };
}

function describe(name: string, disturbances: readonly Disturbance[]): string {
  const [alone, meanwhile] = (["alone", "meanwhile"] as const).map((when) =>
    median(disturbances.map((one) => one[when])),
  );
  return `${name} ${milliseconds(meanwhile!)} ms, ${milliseconds(alone!)} alone`;
}
