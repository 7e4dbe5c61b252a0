import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { median } from "../compare.js";
import type { Question } from "../corpus/corpus.js";
import { recall } from "../exact-neighbours.js";
import { benchEmbedderId } from "../subjects/bench-embedder.js";
import { schema, insertRows, searchNearest } from "../subjects/raw-sql.js";
import type { Bench, Table } from "./bench.js";
import { k } from "./measure-search.js";
import { sizes } from "./search.js";

/** The stores that were loaded, closed where only one process may open them. */
export interface LoadedStores {
  readonly rawPostgresUrl?: string;
  readonly persistoPostgresUrl?: string;
  readonly rawPgliteFolder?: string;
  readonly persistoPgliteFolder?: string;
}

interface StartArguments {
  readonly kind: "persisto" | "postgres" | "pglite";
  readonly vector: readonly number[];
  readonly databaseUrl?: string;
  readonly dataDir?: string;
  readonly embedderId?: string;
  /** What to save first: a memory for Persisto, statements otherwise. */
  readonly setup?: unknown;
  readonly search: unknown;
}

interface Case {
  readonly name: string;
  /** The case it is compared with; undefined for a reference. */
  readonly reference?: string;
  readonly start: (emptyFolder: string) => StartArguments;
  readonly right: readonly string[];
}

/** W9 and the memory part of W10: from the start of the process to the first answer, in turn. */
export async function coldStart(stores: LoadedStores, bench: Bench): Promise<Table> {
  const cases = await casesOf(stores, bench);
  const runs = new Map(cases.map(({ name }) => [name, [] as Start[]]));
  for (let round = 0; round < bench.rounds; round++) {
    for (const one of cases) {
      bench.say(`cold start: ${one.name}`);
      runs.get(one.name)!.push(await startOnce(one));
    }
  }
  const rows = cases.map(({ name, reference }) => {
    const own = runs.get(name)!;
    const ms = median(own.map((run) => run.firstAnswerMs));
    const bound = reference === undefined ? undefined : runs.get(reference);
    const more = bound && median(own.map((run, round) => run.firstAnswerMs - bound[round]!.firstAnswerMs));
    const megabytes = median(own.map((run) => run.rssBytes)) / 2 ** 20;
    const least = Math.min(...own.map((run) => run.recall));
    return [
      name,
      ms.toFixed(0),
      more === undefined ? "" : `${more < 0 ? "" : "+"}${more.toFixed(0)}`,
      least.toFixed(3) + (least < 0.98 ? " **invalid**" : ""),
      megabytes.toFixed(0),
      loadavg()[0]!.toFixed(1),
    ];
  });
  return {
    title: "W9 cold start, W10 resident memory",
    note: "First answer: from the start of the process. Memory: of the process after 200 queries; Postgres itself is not in it.",
    columns: ["store", "first answer ms", "next to raw ms", "recall@10", "RSS MiB", "load"],
    rows,
  };
}

async function casesOf(stores: LoadedStores, bench: Bench): Promise<Case[]> {
  const namespace = sizes(bench).findLast(({ size }) => size <= 1_000)!;
  const question = bench.corpus.questionsOf(namespace)[0]!;
  const vector = [...question.vector];
  const right = (await bench.exact.of(namespace))(question);
  const raw = (type: "vector" | "halfvec") => ({
    text: searchNearest(type, { filtered: false }),
    namespace: question.namespace,
    k,
  });
  const persisto = { ...askPersisto(question), kind: "persisto", embedderId: benchEmbedderId, vector } as const;
  const cases: Case[] = [];
  if (stores.rawPgliteFolder !== undefined && stores.persistoPgliteFolder !== undefined) {
    const { rawPgliteFolder, persistoPgliteFolder } = stores;
    const first = bench.corpus.rowsOf(namespace)[0]!;
    const { id, content, metadata } = first;
    const rawPglite = { kind: "pglite", vector, search: raw("vector") } as const;
    const saveFirst = [
      { text: "create extension vector" },
      ...schema("vector").map((text) => ({ text })),
      {
        text: insertRows("vector"),
        values: [first.namespace, [id], [content], [JSON.stringify(metadata)], [`[${first.vector.join(",")}]`], null],
      },
    ];
    const fresh = "raw SQL, PGlite, new folder, one memory";
    const filled = "raw SQL, PGlite, loaded";
    cases.push(
      { name: fresh, right: [id], start: (dataDir) => ({ ...rawPglite, dataDir, setup: saveFirst }) },
      {
        name: "Persisto, PGlite, new folder, one memory",
        reference: fresh,
        right: [id],
        start: (dataDir) => ({ ...persisto, dataDir, setup: { namespace: first.namespace, id, content, metadata } }),
      },
      { name: filled, right, start: () => ({ ...rawPglite, dataDir: rawPgliteFolder }) },
      {
        name: "Persisto, PGlite, loaded",
        reference: filled,
        right,
        start: () => ({ ...persisto, dataDir: persistoPgliteFolder }),
      },
    );
  }
  if (stores.rawPostgresUrl !== undefined && stores.persistoPostgresUrl !== undefined) {
    const { rawPostgresUrl, persistoPostgresUrl } = stores;
    const filled = "raw SQL, native Postgres, loaded";
    cases.push(
      {
        name: filled,
        right,
        start: () => ({ kind: "postgres", vector, databaseUrl: rawPostgresUrl, search: raw("halfvec") }),
      },
      {
        name: "Persisto, native Postgres, loaded",
        reference: filled,
        right,
        start: () => ({ ...persisto, databaseUrl: persistoPostgresUrl }),
      },
    );
  }
  return cases;
}

function askPersisto(question: Question): { search: unknown } {
  const { namespace, vector } = question;
  return { search: { namespace, embedding: [...vector], mode: { name: "everything", minRelevance: 0 }, k } };
}

interface Start {
  readonly firstAnswerMs: number;
  readonly rssBytes: number;
  readonly recall: number;
}

const childFile = fileURLToPath(new URL("cold-start-child.mjs", import.meta.url));

async function startOnce({ start, right }: Case): Promise<Start> {
  const emptyFolder = await mkdtemp(join(tmpdir(), "persisto-bench-start-"));
  try {
    const startedAt = performance.now();
    const child = spawn(process.execPath, [childFile, JSON.stringify(start(join(emptyFolder, "data")))], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(child, "close");
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async <T>(): Promise<T> => {
      const { value, done } = await lines.next();
      if (done === true) throw new Error("The process ended before it answered; see above.");
      return JSON.parse(value) as T;
    };
    const { ids } = await next<{ ids: string[] }>();
    const firstAnswerMs = performance.now() - startedAt;
    const { rssBytes } = await next<{ rssBytes: number }>();
    await ended;
    return { firstAnswerMs, rssBytes, recall: recall(ids, right) };
  } finally {
    await rm(emptyFolder, { recursive: true, force: true });
  }
}
