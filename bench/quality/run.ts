import { existsSync } from "node:fs";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createPersisto, type Memory } from "@persisto/core";
import { Bm25 } from "../lib/bm25.js";
import { readDataset, type Dataset } from "../lib/dataset.js";
import { measureQuality, type Answer } from "../lib/measures.js";
import { askAll, saveAll } from "./ask.js";
import { qualityTable, type QualityRow } from "./report.js";

const usage = `Asks the questions of retrieval sets through the library, by vector, by text and by both, and prints how well beside BM25.
usage: npm run bench:quality -- <folder of sets> [--set name]... [--json file] [--database-url postgres://...]`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    set: { type: "string", multiple: true },
    json: { type: "string" },
    "database-url": { type: "string" },
  },
});
const folder = positionals[0];
if (folder === undefined) {
  console.error(usage);
  process.exit(2);
}

const rows: QualityRow[] = [];
for (const set of values.set ?? (await retrievalSets(folder))) {
  console.error(set);
  const measured = await measureSet(set, await readDataset(join(folder, set)));
  console.log(`\n## ${set}\n\n${qualityTable(measured)}`);
  rows.push(...measured);
}
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(rows, null, 2)}\n`);

async function retrievalSets(parent: string): Promise<string[]> {
  return (await readdir(parent)).filter((name) => existsSync(join(parent, name, "qrels.tsv"))).toSorted();
}

async function measureSet(set: string, dataset: Dataset): Promise<QualityRow[]> {
  const indexes = indexScopes(dataset);
  const bm25 = dataset.questions.map((question) => ({
    question,
    found: indexes.get(question.scope)!.search(question.text, 10),
  }));
  const answers = { BM25: bm25, ...(await withMemory((memory) => askThreeWays(memory, dataset))) };
  const groups: Record<string, (answer: Answer) => boolean> = {
    all: ({ question }) => question.category !== "adversarial",
    adversarial: ({ question }) => question.category === "adversarial",
    paraphrased: ({ question }) =>
      question.category !== "adversarial" && indexes.get(question.scope)!.isParaphrased(question.text, question.gold),
  };
  return Object.entries(groups).flatMap(([group, belongs]) =>
    Object.entries(answers)
      .map(([retrieval, given]) => ({ set, group, retrieval, quality: measureQuality(given.filter(belongs)) }))
      .filter(({ quality }) => quality.questions > 0),
  );
}

function indexScopes({ documents }: Dataset): Map<string, Bm25> {
  const scopes = new Set(documents.map(({ scope }) => scope));
  return new Map([...scopes].map((scope) => [scope, new Bm25(documents.filter((one) => one.scope === scope))]));
}

async function withMemory<Result>(work: (memory: Memory) => Promise<Result>): Promise<Result> {
  const databaseUrl = values["database-url"];
  const persisto = await createPersisto(databaseUrl === undefined ? {} : { databaseUrl });
  try {
    return await work(persisto);
  } finally {
    await persisto.close();
  }
}

async function askThreeWays(memory: Memory, dataset: Dataset): Promise<Record<string, Answer[]>> {
  // Namespaces of this run only, so that a database may be used again.
  const run = `${process.pid}-${Date.now()}`;
  const namespaceOf = (scope: string): string => `${scope}/${run}`;
  try {
    await saveAll(memory, dataset, namespaceOf);
    return {
      vector: await askAll(memory, dataset, { namespaceOf, retrieval: "vector" }),
      text: await askAll(memory, dataset, { namespaceOf, retrieval: "text" }),
      hybrid: await askAll(memory, dataset, { namespaceOf, retrieval: "hybrid" }),
    };
  } finally {
    for (const scope of new Set(dataset.documents.map((document) => document.scope))) {
      await memory.deleteNamespace({ namespace: namespaceOf(scope) });
    }
  }
}
