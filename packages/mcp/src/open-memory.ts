import { homedir } from "node:os";
import { join } from "node:path";
import { PersistoValidationError, type Memory } from "@persisto/contract";

/** A memory, and what closes it. */
export interface OpenedMemory {
  memory: Memory;
  /** In words, for a person. */
  place: string;
  close(): Promise<void>;
}

/** The variables that are read. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The memory that the environment names: of a server (PERSISTO_API_URL, PERSISTO_API_KEY), else the store embedded in this process (PERSISTO_DATA_DIR).
 * @throws PersistoError saying what to set.
 */
export async function openMemory(environment: Environment): Promise<OpenedMemory> {
  const { PERSISTO_API_URL: baseUrl, PERSISTO_API_KEY: apiKey } = environment;
  if (baseUrl) {
    if (!apiKey) {
      throw new PersistoValidationError([
        { field: "PERSISTO_API_KEY", message: "is missing: the server at PERSISTO_API_URL wants a key or token" },
      ]);
    }
    const { PersistoClient } = await import("@persisto/client");
    const memory = new PersistoClient({ baseUrl, apiKey });
    return { memory, place: baseUrl, close: async () => {} };
  }
  // Clients start servers in folders of their own choice, so a folder of the user is the one that is found again.
  const dataDir = environment["PERSISTO_DATA_DIR"] || join(homedir(), ".persisto");
  const { createPersisto } = await import("@persisto/core");
  const persisto = await createPersisto({ dataDir });
  return { memory: persisto, place: dataDir, close: () => persisto.close() };
}
