import { createReadStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A text to remember, with where and when it was said. */
export interface Document {
  readonly id: string;
  readonly scope: string;
  /** As it is saved: with speaker and date when the set has them. */
  readonly content: string;
}

/** A question and the ids of the documents that answer it. */
export interface Question {
  readonly id: string;
  readonly scope: string;
  readonly text: string;
  readonly category: string;
  readonly gold: ReadonlySet<string>;
}

/** A retrieval set: corpus.jsonl, queries.jsonl and qrels.tsv of one folder. */
export interface Dataset {
  readonly documents: readonly Document[];
  readonly questions: readonly Question[];
}

interface CorpusLine {
  _id: string;
  text: string;
  scope: string;
  ts?: string;
  meta?: { speaker?: string };
}

interface QueryLine {
  _id: string;
  text: string;
  scope: string;
  category: string;
}

export async function readDataset(folder: string): Promise<Dataset> {
  const gold = await readGold(join(folder, "qrels.tsv"));
  const documents = (await readJsonLines<CorpusLine>(join(folder, "corpus.jsonl"))).map(toDocument);
  const questions = (await readJsonLines<QueryLine>(join(folder, "queries.jsonl"))).map((line) => ({
    id: line._id,
    scope: line.scope,
    text: line.text,
    category: line.category,
    gold: gold.get(line._id) ?? new Set<string>(),
  }));
  return { documents, questions };
}

/** `Ann: Hello` said at 5 pm becomes `Ann (5 pm): Hello`: who and when are part of what is remembered. */
function toDocument({ _id: id, text, scope, ts, meta }: CorpusLine): Document {
  const speaker = meta?.speaker;
  if (speaker === undefined || ts === undefined) return { id, scope, content: text };
  const said = text.startsWith(`${speaker}: `) ? text.slice(speaker.length + 2) : text;
  return { id, scope, content: `${speaker} (${ts}): ${said}` };
}

async function readGold(path: string): Promise<Map<string, Set<string>>> {
  const gold = new Map<string, Set<string>>();
  for await (const line of lines(path)) {
    const [question = "", document = "", score] = line.split("\t");
    if (!(Number(score) > 0)) continue;
    gold.set(question, (gold.get(question) ?? new Set()).add(document));
  }
  return gold;
}

async function readJsonLines<T>(path: string): Promise<T[]> {
  const parsed: T[] = [];
  for await (const line of lines(path)) if (line !== "") parsed.push(JSON.parse(line) as T);
  return parsed;
}

function lines(path: string): AsyncIterable<string> {
  return createInterface({ input: createReadStream(path), crlfDelay: Infinity });
}
