import { parseArgs } from "node:util";
import { listOption } from "../test/lib/list-option.js";

export const usage = `Breaks things around a server and judges what is left, by the client's own record of every save.
usage: npm run chaos -- [options]

  --workloads <list>     Of kills,embedder-faults,overload,terminations,postgres-restarts (default all).
  --backends <list>      embedded,native (default both). postgres-restarts is native.
  --database-url <url>   Postgres with pgvector, in which databases are made and dropped; default DATABASE_URL, else one is
                         started for the run. postgres-restarts always starts its own.
  --seed <number>        Of every random choice; default a new one, which is printed.
  --scale <number>       1 (default) for the figures of docs/reliability.md; 0.1 does everything a tenth as often.
  --json <file>          Writes the verdicts there, too.
  --help
Verdicts go to standard output, what is going on to standard error. Ends with 1 when something was not proved.`;

export const workloadNames = ["kills", "embedder-faults", "overload", "terminations", "postgres-restarts"] as const;
export const backendNames = ["embedded", "native"] as const;

/** A workload as it is named. */
export type WorkloadName = (typeof workloadNames)[number];

/** What to run. */
export interface Options {
  readonly workloads: readonly WorkloadName[];
  readonly backends: readonly (typeof backendNames)[number][];
  readonly databaseUrl: string | undefined;
  readonly seed: number;
  readonly scale: number;
  readonly jsonFile: string | undefined;
}

/** @throws Error naming the option that is wrong. "help" when that is asked for. */
export function readOptions(argv: readonly string[], environment: NodeJS.ProcessEnv): Options | "help" {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      workloads: { type: "string" },
      backends: { type: "string" },
      "database-url": { type: "string" },
      seed: { type: "string" },
      scale: { type: "string" },
      json: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return "help";
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  const scale = Number(values.scale ?? 1);
  if (!Number.isInteger(seed) || seed < 0) throw new Error("--seed must be a whole number, 0 or more");
  if (!(scale > 0 && scale <= 100)) throw new Error("--scale must be a number above 0 and up to 100");
  return {
    workloads: listOption("workloads", values.workloads, workloadNames),
    backends: listOption("backends", values.backends, backendNames),
    databaseUrl: values["database-url"] ?? (environment["DATABASE_URL"] || undefined),
    seed,
    scale,
    jsonFile: values.json,
  };
}
