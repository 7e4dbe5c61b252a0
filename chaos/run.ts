import { writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { embeddedBackend, nativeBackend, type Backend } from "./lib/backend.js";
import { startOwnPostgres, type OwnPostgres } from "./lib/own-postgres.js";
import { describeVerdict, isProved, type Verdict } from "./lib/verdict.js";
import type { Workload } from "./lib/workload.js";
import { readOptions, usage, type Options, type WorkloadName } from "./options.js";
import { embedderFaults } from "./workloads/embedder-faults.js";
import { kills } from "./workloads/kills.js";
import { terminations } from "./workloads/terminations.js";

const workloads: Partial<Record<WorkloadName, Workload>> = {
  kills,
  "embedder-faults": embedderFaults,
  terminations,
};

const options = readOptions(process.argv.slice(2), process.env);
if (options === "help") console.log(usage);
else process.exitCode = (await runAll(options)) ? 0 : 1;

/** @returns whether everything was proved */
async function runAll({ workloads: names, backends, databaseUrl, seed, scale, jsonFile }: Options): Promise<boolean> {
  const head = `seed ${seed}, scale ${scale}, Node ${process.version}, ${cpus().length} cores, load ${load()} at the start`;
  console.log(`${new Date().toISOString().slice(0, 10)}, ${head}`);
  let own: OwnPostgres | undefined;
  const verdicts: Verdict[] = [];
  const open = async (name: Options["backends"][number]): Promise<Backend> =>
    name === "embedded" ? embeddedBackend() : nativeBackend(databaseUrl ?? (own ??= await startOwnPostgres()).url);
  try {
    for (const name of names) {
      for (const backendName of backends) {
        const backend = await open(backendName);
        try {
          const progress = (message: string): void => showProgress(`${name} on ${backendName}: ${message}`);
          const verdict = await timed(() => workloads[name]!({ backend, seed, scale, progress }));
          verdicts.push(verdict);
          console.log(`\n${describeVerdict(verdict)}`);
        } finally {
          await backend.drop();
        }
      }
    }
  } finally {
    await own?.drop();
  }
  if (jsonFile !== undefined) await writeFile(jsonFile, JSON.stringify({ head, verdicts }, null, 2));
  const proved = verdicts.filter(isProved).length;
  console.log(`\n${proved} proved, ${verdicts.length - proved} not proved; load ${load()} at the end`);
  return proved === verdicts.length;
}

async function timed(work: () => Promise<Verdict>): Promise<Verdict> {
  const startedAt = performance.now();
  const verdict = await work();
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  return { ...verdict, figures: { ...verdict.figures, "seconds in all": seconds } };
}

function showProgress(message: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${message}`);
}

/** Of the last minute. */
function load(): string {
  return loadavg()[0]!.toFixed(1);
}
