import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Peers } from "../../peers/src/peer.mjs";
import { CleanUp } from "../clean-up.js";
import { compare, type Comparison } from "../compare.js";
import { dimensions } from "../corpus/text-projection.js";
import { loadCorpus } from "../load-corpus.js";
import { createOwnDatabase } from "../subjects/own-database.js";
import { milliseconds } from "../markdown.js";
import { PeerSubject } from "../subjects/peer-subject.js";
import type { Subject } from "../subjects/subject.js";
import type { Bench, Table } from "./bench.js";
import { measureSearch } from "./measure-search.js";

const files = ["langchain", "mastra", "llamaindex", "chroma", "lancedb", "mem0"] as const;

/** Longest that a peer may load; what it has then is asked. */
const loadWithinMs = 60_000;

/** Which peers, and next to what. */
export interface PeerOptions {
  /** Files to run, all when empty. */
  readonly only: readonly string[];
  readonly serverUrl: string;
  readonly reference: Subject;
  readonly persisto: Subject;
  /** Gets what is left of a peer when the run is broken off. */
  readonly cleanUp: CleanUp;
}

/** The peers one after another, each with Persisto beside it, on the same rows. */
export async function comparePeers(options: PeerOptions, bench: Bench): Promise<Table[]> {
  const comparisons: Comparison[] = [];
  const loads: string[][] = [];
  for (const file of files.filter((name) => options.only.length === 0 || options.only.includes(name))) {
    for (const [name, open] of Object.entries(await importPeers(file))) {
      try {
        const { row, compared } = await comparePeer(open, options, bench);
        loads.push([name, ...row]);
        comparisons.push(...compared);
      } catch (error) {
        bench.say(`${name} is skipped: ${messageOf(error)}`);
        loads.push([name, "skipped", messageOf(error).replaceAll(/\s+/g, " ").slice(0, 160)]);
      }
    }
  }
  return [
    {
      title: "Peers: loading",
      note: `The fastest call each has, 100 memories a call, for at most ${loadWithinMs / 1_000} s; indexes are built afterwards.`,
      columns: ["peer", "memories", "per s"],
      rows: loads,
    },
    {
      title: "Peers: vector query, top 10",
      note: "Ratios are Persisto's figure by the peer's, both next to raw SQL measured around them: below 1 in p50 and above 1 in rate Persisto is faster.",
      comparisons,
      columns:
        "case|peer|raw p50 ms|Persisto p50 ms|peer p50 ms|p50 ratio|rate ratio|Persisto recall@10|peer recall@10|drift|load|".split(
          "|",
        ),
      rows: besidePersisto(comparisons),
    },
  ];
}

/** A file that cannot be loaded is one peer that fails. */
async function importPeers(file: string): Promise<Peers> {
  try {
    const module: { peers: Peers } = await import(new URL(`../../peers/src/${file}.mjs`, import.meta.url).href);
    return module.peers;
  } catch (error) {
    return { [file]: () => Promise.reject(error instanceof Error ? error : new Error(String(error))) };
  }
}

async function comparePeer(
  open: Peers[string],
  { serverUrl, reference, persisto, cleanUp }: PeerOptions,
  bench: Bench,
): Promise<{ row: string[]; compared: Comparison[] }> {
  const embed = (text: string): number[] => [...bench.corpus.vectorOf(text)];
  const own = new CleanUp();
  cleanUp.add(() => own.run());
  try {
    const database = await createOwnDatabase(serverUrl);
    own.add(() => database.drop());
    const folder = await mkdtemp(join(tmpdir(), "persisto-bench-peer-"));
    own.add(() => rm(folder, { recursive: true, force: true }));
    const peer = new PeerSubject(await open({ databaseUrl: database.url, folder, dimensions, embed }));
    own.add(() => peer.close());
    const loaded = await loadCorpus(peer, bench, loadWithinMs);
    await database.settle();
    const compared: Comparison[] = [];
    for (const size of new Set(loaded.namespaces.map((namespace) => namespace.size))) {
      const namespace = bench.corpus.namespaceOf(size);
      for (const concurrency of size === 1_000 ? [1, 8] : [1]) {
        const what = `${size} memories, c = ${concurrency}`;
        bench.say(`${peer.name}: ${what}`);
        const load = { namespace, by: "vector", concurrency } as const;
        const [raw, ...subjects] = [reference, persisto, peer].map((subject) => measureSearch(subject, load, bench));
        compared.push(...(await compare(what, { reference: raw!, subjects, rounds: bench.rounds })));
      }
    }
    return { row: [`${loaded.rows} of ${bench.corpus.size}`, loaded.perSecond.toFixed(0)], compared };
  } finally {
    await own.run();
  }
}

/** Comparisons come in threes: raw SQL, Persisto, the peer. */
function besidePersisto(comparisons: readonly Comparison[]): string[][] {
  return Array.from({ length: comparisons.length / 3 }, (_, index) => {
    const [raw, persisto, peer] = comparisons.slice(index * 3, index * 3 + 3) as [Comparison, Comparison, Comparison];
    const next = (of: "p50" | "perSecond"): string => (persisto.ratio![of] / peer.ratio![of]).toPrecision(2);
    const invalid = [persisto, peer].flatMap((one) =>
      one.invalid === undefined ? [] : [`${one.subject}: ${one.invalid}`],
    );
    return [
      raw.what,
      peer.subject,
      ...[raw, persisto, peer].map(({ measured }) => milliseconds(measured.p50Ms)),
      next("p50"),
      next("perSecond"),
      ...[persisto, peer].map(({ measured }) => measured.recall.toFixed(3)),
      `${Math.round(Math.max(persisto.drift, peer.drift) * 100)} %`,
      peer.load.toFixed(1),
      invalid.length === 0 ? "" : `**invalid**: ${invalid.join("; ")}`,
    ];
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
