import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestDatabase } from "../../packages/core/test/native-database.js";
import { probeEmbedded, probeNative, type Probe } from "./probe.js";

/** A new store for servers to run on. */
export interface Backend {
  readonly name: "embedded" | "native";
  /** What points a server at it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Looks into its tables; an embedded one's only while no server runs. */
  probe(): Promise<Probe>;
  drop(): Promise<void>;
}

/** A data directory of its own. */
export async function embeddedBackend(): Promise<Backend> {
  const dataDir = await mkdtemp(join(tmpdir(), "persisto-chaos-"));
  return {
    name: "embedded",
    environment: { PERSISTO_DATA_DIR: dataDir },
    probe: () => probeEmbedded(dataDir),
    drop: () => rm(dataDir, { recursive: true, force: true }),
  };
}

/** A database of its own on a Postgres with pgvector. */
export async function nativeBackend(serverUrl: string): Promise<Backend> {
  const { url, drop } = await createTestDatabase(serverUrl);
  return { name: "native", environment: { DATABASE_URL: url }, probe: () => probeNative(url), drop };
}
