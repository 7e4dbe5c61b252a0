import { loadavg } from "node:os";
import { judgeSaved, type Stored } from "../judge-saved.js";
import type { OwnDatabase } from "../subjects/own-database.js";
import type { PersistoSubject, Text } from "../subjects/persisto.js";
import type { Bench, Table } from "./bench.js";
import { freshNamespace, savableRows } from "./save.js";

const ids = 500;

/** How often each writer saves each id. */
const versions = 3;

/** Ids that both writers save at the same moment, in opposite order. */
const perCall = 50;

/** Pairs of calls under way at a time. */
const concurrency = 4;

/** Texts of the corpus in one memory, so that it has several passages. */
const paragraphs = 8;

/** A process that saves. */
interface Writer {
  readonly subject: PersistoSubject;
  readonly number: number;
}

/** W13: two processes save the same ids at once, each several versions of them; then every table is looked through. */
export async function savingAtOnce(
  { writers, database }: { writers: readonly [PersistoSubject, PersistoSubject]; database: OwnDatabase },
  bench: Bench,
): Promise<Table> {
  const [first, second] = writers.map((subject, number) => ({ subject, number }));
  const rows: string[][] = [];
  for (const [what, taking] of [
    [`${first!.subject.name} alone`, [first!]],
    [`with ${second!.subject.name}`, [first!, second!]],
  ] as const) {
    bench.say(`saving the same ids: ${what}`);
    rows.push([what, ...(await saveAndJudge(taking, { database, bench })), loadavg()[0]!.toFixed(1)]);
  }
  return {
    title: "W13 two processes save the same ids at once, native Postgres",
    note:
      `${ids} ids, ${versions} versions of each by each process, ${perCall} a call, ${2 * concurrency} calls at a time. Lost: the content is not the last of any ` +
      "process. Mixed: passages or vectors are not those of the content.",
    columns: "writers|calls|failed|ids|missing|doubled|lost|mixed|passages|memories/s|load".split("|"),
    rows,
  };
}

async function saveAndJudge(
  writers: readonly Writer[],
  { database, bench }: { database: OwnDatabase; bench: Bench },
): Promise<string[]> {
  const namespace = freshNamespace();
  const write = (version: number): ((writer: Writer, index: number) => Text) => {
    return ({ number }, index) => ({
      namespace,
      id: `m${index}`,
      content: contentOf(bench, { index, version, number }),
    });
  };
  const startedAt = performance.now();
  let calls = 0;
  let failed = 0;
  for (let version = 0; version < versions; version++) {
    const batches = Array.from({ length: ids / perCall }, (_, batch) => batch * perCall);
    const work = async (): Promise<void> => {
      for (let from = batches.shift(); from !== undefined; from = batches.shift()) {
        const indexes = Array.from({ length: perCall }, (_, index) => from + index);
        const outcomes = await Promise.allSettled(
          writers.map((writer) => {
            const texts = indexes.map((index) => write(version)(writer, index));
            return writer.subject.saveTexts(writer.number === 0 ? texts : texts.toReversed());
          }),
        );
        calls += outcomes.length;
        for (const outcome of outcomes) {
          if (outcome.status === "fulfilled") continue;
          failed++;
          bench.say(`a call failed: ${String(outcome.reason)}`);
        }
      }
    };
    await Promise.all(Array.from({ length: concurrency }, work));
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  const stored = await readStored(database, namespace);
  const lastWritten = new Map(
    Array.from({ length: ids }, (_, index) => [
      `m${index}`,
      writers.map((writer) => write(versions - 1)(writer, index).content),
    ]),
  );
  const { missing, doubled, lost, mixed } = judgeSaved(stored, { lastWritten, vectorOf: bench.corpus.vectorOf });
  const passages = stored.reduce((sum, { chunkCount }) => sum + chunkCount, 0);
  const rate = (calls * perCall) / seconds;
  const faults = [missing, doubled, lost, mixed].map((count) => (count === 0 ? "0" : `**${count}**`));
  return [String(calls), String(failed), String(ids), ...faults, String(passages), rate.toFixed(0)];
}

/** Differs in every paragraph from that of every other version, writer and id. */
function contentOf(
  bench: Bench,
  { index, version, number }: { index: number; version: number; number: number },
): string {
  const rows = savableRows(bench);
  const first = ((2 * version + number) * ids + index) * paragraphs;
  return Array.from({ length: paragraphs }, (_, paragraph) => {
    const place = first + paragraph;
    // A small corpus comes round again: the number keeps the texts apart.
    return `${place}: ${rows[place % rows.length]!.content}`;
  }).join("\n\n");
}

async function readStored(database: OwnDatabase, namespace: string): Promise<Stored[]> {
  const rows = await database.query(
    `select m.id, m.content, m.chunk_count,
      array(
        select coalesce(c.content, m.content)
        from persisto.chunks c
        where c.project_id = m.project_id and c.memory_seq = m.seq
        order by c.ordinal
      ) as passages,
      array(
        select e.embedding::text
        from persisto.embeddings_1 e
        where e.project_id = m.project_id and e.memory_seq = m.seq
        order by e.ordinal
      ) as vectors
    from persisto.memories m
    join persisto.namespaces n on n.project_id = m.project_id and n.id = m.namespace_id
    where n.name = $1`,
    [namespace],
  );
  return rows.map((row) => ({
    id: row["id"] as string,
    content: row["content"] as string,
    chunkCount: row["chunk_count"] as number,
    passages: row["passages"] as string[],
    vectors: (row["vectors"] as string[]).map((text) => Float32Array.from(JSON.parse(text) as number[])),
  }));
}
