import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { openEmbedders, type Config } from "@persisto/server/program";
import type { ConnectionOptions } from "../connection-options.js";
import { openOwnStore, ownConfig, placeName } from "../own-store.js";
import { find, type Finding } from "./finding.js";

/** A PGlite writes some 40 MB before the first memory, and Postgres stops when a disk is full. */
const fewBytes = 1e9;

/** Whether a store of our own is well; what depends on something that failed is not looked at. */
export async function checkStore(options: ConnectionOptions): Promise<Finding[]> {
  let config: Config | undefined;
  const configuration = await find("configuration", async () => {
    config = ownConfig(options);
    return `Fits together; persisto config check prints it.`;
  });
  if (config === undefined) return [configuration];
  const known = config;
  return [
    configuration,
    ...(known.databaseUrl === undefined ? [await checkDisk(known.dataDir)] : []),
    await find("embedder", () => tryEmbedder(known)),
    ...(await checkDatabase(options, known)),
  ];
}

async function checkDisk(dataDir: string): Promise<Finding> {
  const subject = "disk";
  let folder = dataDir;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const text = `${(free / 1e9).toFixed(1)} GB are free at ${dataDir}`;
  return free < fewBytes
    ? { state: "warning", subject, message: `Only ${text}; make room, or name another --data-dir.` }
    : { state: "ok", subject, message: `${text}.` };
}

async function tryEmbedder(config: Config): Promise<string> {
  const [embedder] = await openEmbedders(config);
  if (embedder === undefined) throw new Error("There is no embedder; see PERSISTO_EMBEDDER.");
  const [vector] = await embedder.embed(["persisto doctor"], { kind: "query" });
  return `${embedder.id} gives vectors of ${vector?.length ?? 0} numbers.`;
}

/** Opening does it all: reaches the database, takes it, brings it up to date and finds pgvector. */
async function checkDatabase(options: ConnectionOptions, config: Config): Promise<Finding[]> {
  const fresh = config.databaseUrl === undefined && !existsSync(config.dataDir);
  if (fresh) {
    return [
      { state: "ok", subject: "database", message: `None yet; the first command makes one in ${config.dataDir}.` },
    ];
  }
  let embedderId = "";
  const database = await find("database", async () => {
    const store = await openOwnStore(options);
    try {
      await store.ready();
      ({ embedderId } = store);
    } finally {
      await store.close();
    }
    return `${placeName(config)} answers, and is up to date.`;
  });
  if (database.state === "failed") {
    // Only a database that answers can be without it, or have too old a one.
    if (!/\bpgvector\b/.test(database.message)) return [database];
    return [
      { state: "ok", subject: "database", message: `${placeName(config)} answers.` },
      { ...database, subject: "pgvector" },
    ];
  }
  return [
    database,
    { state: "ok", subject: "pgvector", message: "Is there, and new enough: opening looks at it." },
    { state: "ok", subject: "its vectors", message: `Are those of ${embedderId}.` },
  ];
}
