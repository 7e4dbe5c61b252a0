import { setTimeout as delay } from "node:timers/promises";
import { mean } from "../../lib/measures.js";
import { compare, type Comparison, type Measured } from "../compare.js";
import type { Question, Row } from "../corpus/corpus.js";
import { nearest, recall } from "../exact-neighbours.js";
import { milliseconds } from "../markdown.js";
import { repeat } from "../measure.js";
import type { FreshStore, FreshStores, StoreState } from "../open-fresh-stores.js";
import type { KeptSubject } from "../subjects/subject.js";
import { askUntil } from "./ask-until.js";
import type { Bench, Table } from "./bench.js";
import { k } from "./measure-search.js";
import { savableRows } from "./save.js";

/** Memories at a time, those that stay and those that expire. */
const mostMemories = 5_000;

/** Share of them that expires in a round. */
const mortalShare = 0.2;

const rounds = 5;

/** How long they live. */
const ttlSeconds = 2;

/** Persisto's upkeep comes as often as memories expire, as it does when both take a minute. */
export const churnUpkeep = { sweepIntervalSeconds: ttlSeconds };

/**
 * W7: of two stores with the same memories one has others come and go: in each round a fifth of what it holds expires and
 * is swept, and queries go on meanwhile. Then both hold the same again, and what differs is what the others left behind.
 */
export async function ttlChurn(
  { untouched, churned }: { untouched: FreshStores; churned: FreshStores },
  bench: Bench,
): Promise<Table> {
  const scene = sceneOf(bench);
  const rows: string[][] = [];
  for (const system of ["raw", "persisto"] as const) {
    bench.say(`TTL churn: ${churned[system].name}`);
    rows.push(await churnBeside({ untouched: untouched[system], churned: churned[system] }, scene, bench));
  }
  return {
    title: `W7 TTL churn, ${churned.backend}`,
    note:
      `${scene.lasting.length} memories that stay; ${rounds} rounds in which ${scene.mortal.length} more are saved, live for ${ttlSeconds} s and are swept. ` +
      "Before: a store like it in which nothing expired, measured in turn with it. Dead rows: of all tables. Answers: to questions asked when the " +
      "memories had expired, before, during and after the sweep; beside them how many held one while it lived.",
    columns:
      "store|p50 ms before|after|p50 ratio|p95 ratio|recall@10 before|after|dead rows before|after|MiB before|after|answers|with an expired memory|with a living one|drift|load|".split(
        "|",
      ),
    rows,
  };
}

interface Scene {
  readonly namespace: string;
  readonly lasting: readonly Row[];
  readonly mortal: readonly Row[];
  readonly questions: readonly Question[];
}

/** Answers counted. */
interface Answers {
  afterExpiry: number;
  withExpired: number;
  withLiving: number;
}

function sceneOf(bench: Bench): Scene {
  const namespace = "churn";
  const pool = savableRows(bench)
    .slice(0, mostMemories)
    .map((row) => ({ ...row, namespace }));
  const lasting = pool.slice(0, Math.round(pool.length * (1 - mortalShare)));
  const mortal = pool.slice(lasting.length);
  const sources = new Set(pool.map(({ id }) => id));
  const corpusNamespace = bench.corpus.namespaces.find(({ name }) => name === savableRows(bench)[0]!.namespace)!;
  const questions = bench.corpus
    .questionsOf(corpusNamespace)
    .filter(({ source }) => sources.has(source))
    .map((question) => ({ ...question, namespace }));
  return { namespace, lasting, mortal, questions };
}

async function churnBeside(
  stores: { untouched: FreshStore; churned: FreshStore },
  scene: Scene,
  bench: Bench,
): Promise<string[]> {
  const untouched = await stores.untouched.open();
  const churned = await stores.churned.open();
  const answers: Answers = { afterExpiry: 0, withExpired: 0, withLiving: 0 };
  const compared: Comparison[] = [];
  try {
    for (const subject of [untouched, churned]) {
      await saveInCalls(scene.lasting, (rows) => subject.saveMany(rows));
      await subject.afterLoad();
    }
    const expired = new Set<string>();
    for (let round = 0; round < rounds; round++) await churnOnce(churned, { scene, round, expired, answers });
    const [reference, subject] = [untouched, churned].map((one) => measureQueries(one, scene, bench));
    compared.push(...(await compare("churn", { reference: reference!, subjects: [subject!], rounds: bench.rounds })));
  } finally {
    for (const subject of [untouched, churned]) await subject.close();
  }
  const states = [await stores.untouched.inspect(), await stores.churned.inspect()];
  return toRow(stores.churned.name, { compared, states, answers });
}

async function saveInCalls(rows: readonly Row[], save: (rows: readonly Row[]) => Promise<void>): Promise<void> {
  for (let first = 0; first < rows.length; first += 1_000) await save(rows.slice(first, first + 1_000));
}

/** @param expired - gets the ids of this round. */
async function churnOnce(
  subject: KeptSubject,
  { scene, round, expired, answers }: { scene: Scene; round: number; expired: Set<string>; answers: Answers },
): Promise<void> {
  const saved = scene.mortal.map((row) => ({ ...row, id: `${row.id}-round-${round}` }));
  await saveInCalls(saved, (rows) => subject.saveExpiring(rows, ttlSeconds));
  // Each has lived since before its call returned.
  const gone = delay(ttlSeconds * 1_000);
  const living = new Set(saved.map(({ id }) => id));
  const asked = { subject, questions: scene.questions };
  await askUntil(gone, asked, (ids) => {
    if (ids.some((id) => living.has(id))) answers.withLiving++;
  });
  for (const id of living) expired.add(id);
  const check = (ids: readonly string[]): void => {
    answers.afterExpiry++;
    if (ids.some((id) => expired.has(id))) answers.withExpired++;
  };
  await askUntil(delay(200), asked, check);
  await askUntil(subject.sweep(), asked, check);
  await askUntil(delay(200), asked, check);
}

function measureQueries(subject: KeptSubject, { questions, lasting }: Scene, bench: Bench): Measured {
  const right = new Map(questions.map((question) => [question, nearest(lasting, { vector: question.vector, k })]));
  return {
    name: subject.name,
    async measure() {
      const found = new Map<Question, string[]>();
      const speed = await repeat({ concurrency: 1, durationMs: bench.durationMs }, async (number) => {
        const question = questions[number % questions.length]!;
        found.set(question, await subject.search({ question, k, by: "vector" }));
      });
      return { ...speed, recall: mean([...found].map(([question, ids]) => recall(ids, right.get(question)!))) };
    },
  };
}

function toRow(
  name: string,
  { compared, states, answers }: { compared: readonly Comparison[]; states: readonly StoreState[]; answers: Answers },
): string[] {
  const { ratio, drift, load, invalid } = compared[1]!;
  return [
    name,
    ...compared.map(({ measured }) => milliseconds(measured.p50Ms)),
    ratio!.p50.toFixed(2),
    ratio!.p95.toFixed(2),
    ...compared.map(({ measured }) => measured.recall.toFixed(3)),
    ...states.map(({ deadRows }) => String(deadRows)),
    ...states.map(({ bytes }) => (bytes / 2 ** 20).toFixed(1)),
    String(answers.afterExpiry),
    answers.withExpired === 0 ? "0" : `**${answers.withExpired}**`,
    String(answers.withLiving),
    `${Math.round(drift * 100)} %`,
    load.toFixed(1),
    invalid === undefined ? "" : `**invalid**: ${invalid}`,
  ];
}
