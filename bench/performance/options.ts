import { parseArgs } from "node:util";
import { listOption } from "../../test/lib/list-option.js";

export const usage = `Measures how fast Persisto is next to hand-written SQL and to other stores, each figure beside its recall.
usage: npm run bench:performance -- [options]

  --database-url <url>   Postgres with pgvector, in which databases are made and dropped; default DATABASE_URL.
                         Without one the native half and the peers are left out.
  --rows <number>        Memories in the largest namespace: 1000, 10000 (default), 100000, 1000000. Those of more than 100,000
                         are made whenever they are read: three times, at about a minute a million.
  --pglite-rows <number> The same for PGlite; default: rows, at most 10000.
  --backends <list>      native,pglite (default both)
  --workloads <list>     Of W1,W3,W4,W5,W6,W7,W8,W9,W10,W11,W12,W13,W14 (default all; W1 has W2 in it). W7 and W8
                         make stores of their own; W11, W13 and W14 are native, W12 needs no store.
  --peers <list>         Of langchain,mastra,llamaindex,chroma,lancedb,mem0; or all, or none (default). Installed on first use.
  --rounds <number>      Measurements of each, every one between two of raw SQL; default 3, and not fewer.
                         Up to as many again are made when raw SQL is not steady meanwhile.
  --seconds <number>     Length of a measurement; default 0.7.
  --seed <number>        Of the made-up texts; default 1.
  --json <file>          Writes every figure there too.
  --quick                1,000 memories, one round, short measurements: to try it, no figures to keep.
  --help
The report goes to standard output as Markdown, what is going on to standard error.`;

export const workloads = ["W1", "W3", "W4", "W5", "W6", "W7", "W8", "W9", "W10", "W11", "W12", "W13", "W14"] as const;

/** A workload by its name in the report. */
export type Workload = (typeof workloads)[number];

/** What to run. */
export interface Options {
  readonly databaseUrl?: string;
  readonly rows: number;
  readonly pgliteRows: number;
  readonly backends: ReadonlySet<"native" | "pglite">;
  readonly workloads: ReadonlySet<Workload>;
  /** Undefined for none, empty for all. */
  readonly peers?: readonly string[];
  readonly rounds: number;
  readonly durationMs: number;
  readonly seed: number;
  readonly jsonFile?: string;
}

/** @throws Error naming the option that is wrong. "help" when that is asked for. */
export function readOptions(argv: readonly string[], environment: NodeJS.ProcessEnv): Options | "help" {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      "database-url": { type: "string" },
      rows: { type: "string" },
      "pglite-rows": { type: "string" },
      backends: { type: "string" },
      workloads: { type: "string" },
      peers: { type: "string" },
      rounds: { type: "string" },
      seconds: { type: "string" },
      seed: { type: "string" },
      json: { type: "string" },
      quick: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return "help";
  const quick = values.quick ?? false;
  const rows = numberOf("rows", values.rows ?? (quick ? "1000" : "10000"), 1_000);
  const databaseUrl = values["database-url"] ?? (environment["DATABASE_URL"] || undefined);
  const peers = peersOf(values.peers);
  return {
    ...(databaseUrl !== undefined && { databaseUrl }),
    rows,
    pgliteRows: numberOf("pglite-rows", values["pglite-rows"] ?? String(Math.min(rows, 10_000)), 1_000),
    backends: new Set(listOption("backends", values.backends, ["native", "pglite"])),
    workloads: new Set(listOption("workloads", values.workloads, workloads)),
    ...(peers && { peers }),
    rounds: numberOf("rounds", values.rounds ?? (quick ? "1" : "3"), quick ? 1 : 3),
    durationMs: 1_000 * numberOf("seconds", values.seconds ?? (quick ? "0.1" : "0.7"), 0.05),
    seed: numberOf("seed", values.seed ?? "1", 0),
    ...(values.json !== undefined && { jsonFile: values.json }),
  };
}

function numberOf(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!(value >= least)) throw new Error(`--${name} must be a number from ${least} up, not ${text}`);
  return value;
}

const peerFiles = ["langchain", "mastra", "llamaindex", "chroma", "lancedb", "mem0"] as const;

function peersOf(text = "none"): readonly string[] | undefined {
  if (text === "none") return undefined;
  return text === "all" ? [] : listOption("peers", text, peerFiles);
}
