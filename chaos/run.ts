import { writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { embeddedBackend, nativeBackend } from "./lib/backend.js";
import { startOwnPostgres, type OwnPostgres } from "./lib/own-postgres.js";
import { describeVerdict, isProved, type Verdict } from "./lib/verdict.js";
import type { Workload } from "./lib/workload.js";
import { readOptions, usage, type Options, type WorkloadName } from "./options.js";
import { embedderFaults } from "./workloads/embedder-faults.js";
import { kills } from "./workloads/kills.js";
import { overload } from "./workloads/overload.js";
import { postgresRestarts } from "./workloads/postgres-restarts.js";
import { terminations } from "./workloads/terminations.js";

/** Those that run on either backend. */
const workloads: Readonly<Record<Exclude<WorkloadName, "postgres-restarts">, Workload>> = {
  kills,
  "embedder-faults": embedderFaults,
  overload,
  terminations,
};

/** In a log every message would be too many. */
const progressEveryMs = 15_000;
let shownAt = -progressEveryMs;
let ownPostgres: OwnPostgres | undefined;

const options = readOptions(process.argv.slice(2), process.env);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  // Servers that run have a signal of their own from the terminal; a Postgres has a process group of its own.
  process.once(signal, () => void (ownPostgres?.drop() ?? Promise.resolve()).finally(() => process.exit(1)));
}
if (options === "help") console.log(usage);
else process.exitCode = (await runAll(options)) ? 0 : 1;

/** @returns whether everything was proved */
async function runAll(chosen: Options): Promise<boolean> {
  const { seed, scale, jsonFile } = chosen;
  const head = `${new Date().toISOString().slice(0, 10)}, seed ${seed}, scale ${scale}, Node ${process.version}, ${cpus().length} cores, load ${load()} at the start`;
  console.log(head);
  const verdicts: Verdict[] = [];
  try {
    for (const run of plan(chosen)) {
      const startedAt = performance.now();
      const verdict = await run();
      const seconds = Math.round((performance.now() - startedAt) / 1_000);
      verdicts.push({ ...verdict, figures: { ...verdict.figures, "seconds in all": seconds } });
      console.log(`\n${describeVerdict(verdicts.at(-1)!)}`);
    }
  } finally {
    await ownPostgres?.drop();
  }
  if (jsonFile !== undefined) await writeFile(jsonFile, JSON.stringify({ head, verdicts }, null, 2));
  const proved = verdicts.filter(isProved).length;
  console.log(`\n${proved} proved, ${verdicts.length - proved} not proved; load ${load()} at the end`);
  return proved === verdicts.length;
}

/** Every workload on every backend that it is for. */
function plan({ workloads: names, backends, databaseUrl, seed, scale }: Options): (() => Promise<Verdict>)[] {
  return names.flatMap((name) =>
    backends.flatMap((backendName) => {
      const common = {
        seed,
        scale,
        progress: (message: string) => showProgress(`${name}, ${backendName}: ${message}`),
      };
      if (name === "postgres-restarts") {
        return backendName === "native" ? [async () => postgresRestarts(await openOwnPostgres(), common)] : [];
      }
      return [
        async () => {
          const backend =
            backendName === "embedded"
              ? await embeddedBackend()
              : await nativeBackend(databaseUrl ?? (await openOwnPostgres()).url);
          const verdict = await workloads[name]({ backend, ...common }).catch((error: unknown) => {
            console.error(`Kept for a look: ${JSON.stringify(backend.environment)}`);
            throw error;
          });
          if (isProved(verdict)) await backend.drop();
          else console.error(`Kept for a look: ${JSON.stringify(backend.environment)}`);
          return verdict;
        },
      ];
    }),
  );
}

async function openOwnPostgres(): Promise<OwnPostgres> {
  return (ownPostgres ??= await startOwnPostgres());
}

function showProgress(message: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${message}`);
  else if (performance.now() - shownAt > progressEveryMs) {
    shownAt = performance.now();
    process.stderr.write(`${message}\n`);
  }
}

/** Of the last minute. */
function load(): string {
  return loadavg()[0]!.toFixed(1);
}
