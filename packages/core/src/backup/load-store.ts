import { existsSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { isPersistoError, PersistoError } from "@persisto/contract";
import { acquireDataDirLock } from "../store/clients/data-dir-lock.js";
import { openPglite } from "../store/clients/pglite.js";
import { newestSchemaVersion } from "../store/postgres/migrate.js";
import { readStoreFacts, type StoreFacts } from "../store/postgres/queries/store-facts.js";
import { postgresName, type About } from "./dump-format.js";
import { syncPath, syncTree } from "./sync-path.js";
import { unpackDump } from "./unpack-dump.js";

/** Holds what is not a store yet. What a load that was killed left there, the next one removes. */
const draftName = "loading";

/**
 * Makes an embedded store of a file that `dumpStore` wrote, in a directory that has none. It is opened and its memories are
 * read before it takes its place: the store is there whole and on the disk, or not at all.
 * @throws PersistoError conflict when there is a store or the dump is newer than this code, invalid_input for a file that is no
 * dump or is damaged.
 */
export async function loadStore({ dataDir, from }: { dataDir: string; from: string }): Promise<{ memories: number }> {
  refuseStore(dataDir);
  const lock = await acquireDataDirLock(dataDir);
  const draft = join(dataDir, draftName);
  try {
    // Another may have been made before the directory was ours.
    refuseStore(dataDir);
    rmSync(draft, { recursive: true, force: true });
    const about = await unpackDump(from, draft);
    refuseNewer(about, from);
    refuseUnlike(about, await readFacts(draft, about), from);
    syncTree(join(draft, postgresName));
    renameSync(join(draft, postgresName), join(dataDir, postgresName));
    syncPath(dataDir);
    return { memories: about.memories };
  } finally {
    rmSync(draft, { recursive: true, force: true });
    lock.release();
  }
}

function refuseStore(dataDir: string): void {
  if (!existsSync(join(dataDir, postgresName))) return;
  throw new PersistoError(
    "conflict",
    `There is a store in ${resolve(dataDir)} already; name a new directory, or move that store away first.`,
  );
}

function refuseNewer({ schemaVersion }: About, from: string): void {
  if (schemaVersion <= newestSchemaVersion) return;
  throw new PersistoError(
    "conflict",
    `The dump ${from} has schema version ${schemaVersion}, this Persisto knows ${newestSchemaVersion}; ` +
      "load it with the version of Persisto that wrote it, or a newer one.",
  );
}

async function readFacts(draft: string, { postgresVersion }: About): Promise<StoreFacts | null> {
  try {
    const client = await openPglite({ dataDir: draft });
    try {
      return await readStoreFacts(client.query);
    } finally {
      await client.close();
    }
  } catch (cause) {
    if (!isPersistoError(cause)) throw cause;
    throw new PersistoError(
      "unavailable",
      `What the dump holds, a Postgres ${postgresVersion}, cannot be opened; load it with the version of Persisto that wrote it.`,
      { retryable: false, cause },
    );
  }
}

function refuseUnlike(about: About, facts: StoreFacts | null, from: string): void {
  const names = ["schemaVersion", "memories", "passages"] as const;
  if (facts !== null && names.every((name) => facts[name] === about[name])) return;
  throw new PersistoError(
    "internal",
    `What was loaded from ${from} is not what was dumped (${facts?.memories ?? 0} memories of ${about.memories}); ` +
      "nothing was kept. Take another dump, and report this.",
  );
}
