import { setTimeout as delay } from "node:timers/promises";
import { compare, type Comparison, type Measured } from "../compare.js";
import { repeat } from "../measure.js";
import type { Subject } from "../subjects/subject.js";
import type { Backend, Bench, Table } from "./bench.js";
import { measureSearch } from "./measure-search.js";
import { freshNamespace, savableRows } from "./save.js";
import { sizes } from "./search.js";

const perCall = 100;

/** Share of the fastest rate at which memories come in meanwhile. */
const pace = 0.5;

/** W6: queries alone, and while memories are saved at half the rate that is possible. */
export async function searchWhileSaving(backend: Backend, bench: Bench): Promise<Table> {
  const namespace = sizes(bench).findLast(({ size }) => size <= 1_000)!;
  const load = { namespace, by: "vector", concurrency: 1 } as const;
  const comparisons: Comparison[] = [];
  const add = async (what: string, toMeasured: (subject: Subject) => Measured): Promise<void> => {
    bench.say(`queries ${what}, ${backend.name}`);
    const subjects = backend.subjects.map(toMeasured);
    comparisons.push(
      ...(await compare(what, { reference: toMeasured(backend.reference), subjects, rounds: bench.rounds })),
    );
  };
  await add("alone", (subject) => measureSearch(subject, load, bench));
  const rates = new Map<Subject, number>();
  for (const subject of [backend.reference, ...backend.subjects]) rates.set(subject, await fastestRate(subject, bench));
  await add("while saving", (subject) => {
    const search = measureSearch(subject, load, bench);
    const rate = rates.get(subject)! * pace;
    return { name: subject.name, measure: () => whileSaving(subject, { rate, bench, work: () => search.measure() }) };
  });
  return {
    title: `W6 p95 of queries while memories are saved, ${backend.name}`,
    note: [...rates].map(([{ name }, rate]) => describe(name, { rate: rate * pace, comparisons })).join("; "),
    comparisons,
  };
}

function describe(name: string, { rate, comparisons }: { rate: number; comparisons: readonly Comparison[] }): string {
  const [alone, meanwhile] = comparisons
    .filter(({ subject }) => subject === name)
    .map(({ measured }) => measured.p95Ms);
  return `${name}: p95 x ${(meanwhile! / alone!).toFixed(2)} at ${Math.round(rate)} memories a second`;
}

async function fastestRate(subject: Subject, bench: Bench): Promise<number> {
  const rows = savableRows(bench);
  const namespace = freshNamespace();
  const mostCalls = Math.floor(rows.length / perCall);
  const load = { concurrency: 1, durationMs: bench.durationMs, mostCalls, unitsPerCall: perCall };
  const { perSecond } = await repeat(load, (number) => saveBatch(subject, { number, namespace, bench }));
  return perSecond;
}

async function whileSaving<T>(
  subject: Subject,
  { rate, bench, work }: { rate: number; bench: Bench; work: () => Promise<T> },
): Promise<T> {
  let isOver = false;
  const namespace = freshNamespace();
  const startedAt = performance.now();
  const saving = (async () => {
    for (let number = 0; !isOver; number++) {
      await saveBatch(subject, { number, namespace, bench });
      const nextAt = startedAt + ((number + 1) * perCall * 1_000) / rate;
      await delay(Math.max(0, nextAt - performance.now()));
    }
  })();
  try {
    return await work();
  } finally {
    isOver = true;
    await saving;
  }
}

function saveBatch(
  subject: Subject,
  { number, namespace, bench }: { number: number; namespace: string; bench: Bench },
): Promise<void> {
  const rows = savableRows(bench);
  const first = (number * perCall) % rows.length;
  return subject.saveMany(
    rows.slice(first, first + perCall).map((row, index) => ({ ...row, namespace, id: `m${number * perCall + index}` })),
  );
}
